"""Clear the local variables that the traceback of an exception keeps alive."""

import traceback


def clear_frames(error: BaseException | None) -> None:
    """Clear the frames in the traceback of an error and of its causes or contexts; running frames are skipped.
    The frames refer to the crashed engine, and so keep its GPU memory."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
