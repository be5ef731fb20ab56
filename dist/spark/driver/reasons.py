"""What a failure of Spark means, without the traces of its own code."""

import re

_MOST = 2000
_LOST = re.compile(
    r"ExecutorLostFailure|Lost executor|SparkContext (?:has been |was )?(?:shut ?down|stopped)|stopped SparkContext|MasterDisconnected"
    r"|All masters are unresponsive|OutOfMemoryError|exceed(?:s|ing) (?:physical )?memory limits|Py4JNetworkError|Answer from Java side is empty"
    r"|Master removed our application|maximum number of executor failures"
)


def is_lost(text: str) -> bool:
    """Whether the cluster failed, and not the statement or the data."""
    return _LOST.search(text) is not None


def reason_of(text: str) -> str:
    """One line: what Python on an executor raised, else the deepest cause, else the first line."""
    raised = re.findall(r"^\s*[\w.]*Error: (.*)$", text, re.MULTILINE) if "Traceback (most recent call last)" in text else []
    causes = re.findall(r"^Caused by: (?:[\w.$]+: )?(.*)$", text, re.MULTILINE)
    lines = [line for line in (raised[-1:] or causes[-1:] or text.splitlines()) if line.strip()]
    return " ".join(lines[0].split())[:_MOST] if lines else ""


def told(error: Exception) -> dict:
    """The answer to who asked."""
    text = str(getattr(error, "java_exception", None) or error)
    reason = reason_of(text) or type(error).__name__
    return {"lost" if is_lost(text) else "refused": reason, "trace": f"{type(error).__name__}: {error}"[-4000:]}
