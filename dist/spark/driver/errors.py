"""What cannot be done, and who is told."""


class Refused(Exception):
    """The statement is wrong, or Spark refuses it. The reason lies in the data or in SQL of the user."""

    def __init__(self, message: str, part: str = ""):
        super().__init__(message)
        self.part = part


class Unsupported(Exception):
    """A part that this engine does not have. `part` names it in the words of a user."""

    def __init__(self, part: str):
        super().__init__(part)
        self.part = part
