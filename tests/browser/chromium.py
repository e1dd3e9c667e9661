"""A headless Chromium spoken to through its own debugging pipe: no package, no port, no network."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-extensions --disable-dev-shm-usage "
    "--remote-debugging-pipe"
)


class Chromium:
    """One tab: commands go out, events are kept until somebody asks for them."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._out = to_browser
        self._in = from_browser
        self._buffer = b""
        self._number = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []

    def attach(self) -> None:
        """Open a tab and listen to its console, errors and requests."""
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        attached = self.command("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
            self.command(f"{domain}.enable")

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and return its result; events that come in between are kept."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        message |= {"sessionId": self._session} if self._session else {}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def open(self, path: Path, width: int = 1200, height: int = 900) -> None:
        """Load a file and wait until the page is loaded."""
        self.events.clear()
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        self.command("Page.navigate", url=path.as_uri())
        while not self.seen("Page.loadEventFired"):
            self.events.append(self._read())

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression on the page."""
        answer = self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press and release one key."""
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.command(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text
            )

    def seen(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of the events of one kind."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def complaints(self) -> list[dict[str, Any]]:
        """Return what the console, the script engine and the browser's audit complain of."""
        self.evaluate("0")
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Audits.issueAdded")
        return [params for kind in kinds for params in self.seen(kind)]

    def requests(self) -> list[str]:
        """Return the addresses that the page asked for."""
        return [params["request"]["url"] for params in self.seen("Network.requestWillBeSent")]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            part = os.read(self._in, 1 << 16)
            assert part, "Chromium ended"
            self._buffer += part
        message, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def chromium(profile: Path) -> Iterator[Chromium]:
    """Start Chromium with a new profile; it is ended and waited for in the end."""
    assert EXECUTABLE is not None
    child_in, to_browser = os.pipe()
    from_browser, child_out = os.pipe()
    # The browser reads commands from descriptor 3 and answers on 4.
    command = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
    high_in, high_out = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (child_in, child_out))
    arguments = ["bash", "-c", command, "bash", str(high_in), str(high_out), EXECUTABLE, *_FLAGS.split()]
    process = subprocess.Popen(
        [*arguments, f"--user-data-dir={profile}"],
        pass_fds=(high_in, high_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for end in (child_in, child_out, high_in, high_out):
        os.close(end)
    try:
        tab = Chromium(to_browser, from_browser)
        tab.attach()
        yield tab
    finally:
        os.close(to_browser)
        process.terminate()
        process.wait(timeout=20)
        os.close(from_browser)
