"""Make the video of the demo city: slides of ``documents.toml``, drawn and encoded by the headless browser."""

from __future__ import annotations

import base64
import sys
import tomllib
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests import chromium  # noqa: E402

CITY = ROOT / "src" / "gongkai" / "demo" / "city"
HEAVIEST = 8_000
"""Bytes it may have."""
RECORD = """async ([slides, seconds]) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [400, 224];
  const paint = canvas.getContext("2d");
  const draw = ([heading, sentence]) => {
    paint.fillStyle = "#1d4f91";
    paint.fillRect(0, 0, canvas.width, canvas.height);
    paint.fillStyle = "#fff";
    paint.textAlign = "center";
    paint.font = "bold 28px sans-serif";
    paint.fillText(heading, canvas.width / 2, 95);
    paint.font = "20px sans-serif";
    paint.fillText(sentence, canvas.width / 2, 145);
  };
  draw(slides[0]);
  const stream = canvas.captureStream(0);
  const recorder = new MediaRecorder(stream, {
    mimeType: "video/mp4;codecs=avc1.42E01E", videoBitsPerSecond: 20000, videoKeyFrameIntervalDuration: 60000,
  });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise((done) => { recorder.onstop = done; });
  recorder.start();
  let shown = 0;
  for (const slide of slides) {
    draw(slide);
    for (let half = 0; half < seconds * 2; half += 1) {
      // How far it has come; and a picture that has not changed would be left out.
      shown += 1;
      paint.fillStyle = "#9cc3f5";
      paint.fillRect(0, canvas.height - 6, canvas.width * shown / (slides.length * seconds * 2), 6);
      stream.getVideoTracks()[0].requestFrame();
      await new Promise((done) => setTimeout(done, 500));
    }
  }
  recorder.stop();
  await ended;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


def main() -> int:
    path = chromium.path()
    if path is None:
        print("no chromium on PATH: run scripts/browser first", file=sys.stderr)
        return 1
    facts = tomllib.loads((CITY / "documents.toml").read_text(encoding="utf-8"))["document"]
    with sync_playwright() as drive:
        browser = drive.chromium.launch(executable_path=path, args=chromium.FLAGS)
        page = browser.new_page()
        for video in (fact["video"] for fact in facts if "video" in fact):
            made = base64.b64decode(page.evaluate(RECORD, [video["slides"], video["seconds"]]))
            if len(made) > HEAVIEST:
                raise RuntimeError(f"{video['file']} has {len(made)} bytes, more than {HEAVIEST}")
            (CITY / video["file"]).write_bytes(made)
            print(f"{video['file']} {len(made)} bytes")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
