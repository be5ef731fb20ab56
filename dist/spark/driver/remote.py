"""Files that lie where only Spark reads them: what there is, and stand-ins for what is looked at before they are read."""

import codecs
import os

from errors import Refused

_HEAD = 1 << 20
_LONGEST_RECORD = 9 << 20
_FOOTER = 8


class Remote:
    def __init__(self, spark):
        self.spark = spark
        # Path of a stand-in: the address, and how its text is written.
        self.known = {}

    def list(self, patterns) -> dict:
        """Files that match addresses, folders and patterns, by name; what begins with a dot or an underscore is none."""
        found = {}
        for pattern in patterns:
            path, system = self._open(pattern)
            for status in system.globStatus(path) or []:
                for one in self._files_in(system, status):
                    address = one.getPath().toString()
                    found[address] = {"path": address, "bytes": one.getLen(), "modified": one.getModificationTime()}
        return {"files": [found[address] for address in sorted(found)]}

    def _files_in(self, system, status):
        if not status.isDirectory():
            return [status]
        files = []
        for one in system.listStatus(status.getPath()):
            if not one.getPath().getName().startswith((".", "_")):
                files += self._files_in(system, one)
        return files

    def stand_in(self, folder, files, kind, encoding, comment) -> dict:
        """Makes a file in `folder` for each: of Parquet its ends, with a hole between them; else its first lines in UTF-8."""
        paths = []
        for address in files:
            ending = address.rsplit(".", 1)[-1] if kind == "parquet" else kind
            path = os.path.join(folder, f"{len(self.known)}.{ending}")
            if kind == "parquet":
                self._ends(address, path)
            else:
                self._first_lines(address, path, encoding, comment, kind == "json")
            self.known[path] = {"address": address, "encoding": encoding, "comment": comment}
            paths.append(path)
        return {"paths": paths}

    def of(self, path: str) -> dict:
        """What a path stands for; itself where it is no stand-in."""
        return self.known.get(path, {"address": path, "encoding": None, "comment": None})

    def _open(self, address):
        path = self.spark._jvm.org.apache.hadoop.fs.Path(address)
        return path, path.getFileSystem(self.spark._jsc.hadoopConfiguration())

    def _bytes(self, stream, most: int) -> bytes:
        io = self.spark._jvm.org.apache.commons.io
        return bytes(io.IOUtils.toByteArray(io.input.BoundedInputStream(stream, most)))

    def _ends(self, address, target) -> None:
        path, system = self._open(address)
        size = system.getFileStatus(path).getLen()
        stream = system.open(path)
        try:
            first = self._bytes(stream, 4)
            stream.seek(max(0, size - _FOOTER))
            last = self._bytes(stream, _FOOTER)
            length = min(size, int.from_bytes(last[:4], "little") + _FOOTER)
            stream.seek(size - length)
            footer = self._bytes(stream, length)
        finally:
            stream.close()
        with open(target, "wb") as out:
            out.write(first)
            out.seek(size - length)
            out.write(footer)
            out.truncate(size)

    def _first_lines(self, address, target, encoding, comment, may_have_none) -> None:
        name = encoding or "utf-8"
        text, whole = self._text(address, name, _HEAD)
        if "\n" not in text and not whole and not may_have_none:
            text, whole = self._text(address, name, _LONGEST_RECORD)
        if not whole and not may_have_none:
            text = text[: text.rfind("\n") + 1]
        lines = text.splitlines(keepends=True) if comment else [text]
        if comment:
            lines = [line for line in lines if not line.startswith(comment)]
        with open(target, "w", encoding="utf-8", newline="") as out:
            out.write("".join(lines))

    def _text(self, address, encoding, most):
        path, system = self._open(address)
        stream = system.open(path)
        try:
            if address.endswith(".gz"):
                stream = self.spark._jvm.java.util.zip.GZIPInputStream(stream)
            data = self._bytes(stream, most)
        finally:
            stream.close()
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(data, final=len(data) < most)
        except UnicodeDecodeError as error:
            raise Refused(f"it is not written in {encoding.upper()}: byte {error.start} is none of its signs") from error
        return text.removeprefix("\ufeff"), len(data) < most
