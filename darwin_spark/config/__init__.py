"""Every setting, its default (the paper's value where the paper gives one) and the section it comes from; a module a level.

`conf/base.yaml` spells the same settings out for people; a test keeps the two equal.
"""
