"""Base class of every group of settings."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings: immutable; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
