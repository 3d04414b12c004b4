#!/usr/bin/python3
"""What Thunderbird says of S/MIME messages: its own window, without a screen.

thunderbird.py CA.pem[,CA.pem…] KEYS.p12[,KEYS.p12…] PASSWORD MESSAGE.eml…

Makes a profile that trusts the given authorities for mail and has the given keys, opens each message
in a message window, and reads what the person would read there. One JSON object a message on
standard output: file, body, signature, encryption. Needs thunderbird, certutil and pk12util.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

# Opens one message in a window of its own, waits for its body, opens the security panel and reads it.
READ = r"""
const [path, done] = arguments;
const wait = milliseconds => new Promise(resolve => main.setTimeout(resolve, milliseconds));
const main = Services.wm.getMostRecentWindow("mail:3pane");
const words = (browser, id) => {
  const element = browser.document.getElementById(id);
  return (element?.textContent || element?.value || "").trim();
};
const read = async () => {
  const { MailUtils } = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");
  const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
  file.initWithPath(path);
  const uri = Services.io.newFileURI(file).mutate()
    .setQuery("type=application/x-message-display").finalize();
  const opened = new Promise(resolve => {
    const listener = { observe(subject, topic) {
      if (topic === "domwindowopened") {
        Services.ww.unregisterNotification(listener);
        resolve(subject);
      }
    } };
    Services.ww.registerNotification(listener);
  });
  MailUtils.openEMLFile(main, file, uri);
  const shown = await opened;
  for (let tries = 0; tries < 100; tries++) {
    await wait(100);
    const browser = shown.document.getElementById("messageBrowser")?.contentWindow;
    const pane = browser?.document?.getElementById("messagepane");
    const body = pane?.contentDocument?.body;
    if (!body?.textContent) continue;
    await wait(700); // the verdict on the signature comes after the text
    browser.document.getElementById("encryptionTechBtn")?.click();
    await wait(300);
    const verdict = {
      body: body.textContent.trim(),
      signature: words(browser, "signatureLabel"),
      encryption: words(browser, "encryptionLabel"),
    };
    shown.close();
    return verdict;
  }
  shown.close();
  return { body: "", signature: "", encryption: "" };
};
read().then(done, error => done({ failure: String(error) }));
"""


class Marionette:
    """Mozilla's remote control: length, colon, JSON."""

    def __init__(self, port):
        deadline = time.monotonic() + 60
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port))
                break
            except OSError:
                if deadline < time.monotonic():
                    raise
                time.sleep(0.2)
        self.socket.settimeout(60)
        self.calls = 0
        self.receive()

    def receive(self):
        length = b""
        while not length.endswith(b":"):
            length += self.take(1)
        return json.loads(self.take(int(length[:-1])))

    def take(self, count):
        octets = b""
        while len(octets) < count:
            more = self.socket.recv(count - len(octets))
            if not more:
                raise EOFError("Thunderbird has closed the connection")
            octets += more
        return octets

    def call(self, command, **parameters):
        self.calls += 1
        octets = json.dumps([0, self.calls, command, parameters]).encode()
        self.socket.sendall(b"%d:" % len(octets) + octets)
        _kind, _number, error, result = self.receive()
        if error:
            raise RuntimeError(error)
        return result


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_profile(profile, authorities, keys, password, port):
    database = "sql:" + profile
    run("certutil", "-N", "-d", database, "--empty-password")
    for number, authority in enumerate(authorities):
        run("certutil", "-A", "-d", database, "-n", f"CA {number}", "-t", "C,C,", "-i", authority)
    for file in keys:
        run("pk12util", "-i", file, "-d", database, "-W", password)
    preferences = {
        "app.update.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "mail.openMessageBehavior": 0,  # each message in a window of its own
        "mail.provider.enabled": False,
        "marionette.port": port,
        "security.OCSP.enabled": 0,
    }
    with open(os.path.join(profile, "user.js"), "w", encoding="ascii") as file:
        for name, value in preferences.items():
            file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")


def main():
    authorities, keys, password, *messages = sys.argv[1:]
    profile = tempfile.mkdtemp()
    port = free_port()
    # A home of its own: what the person at this machine has set up is neither read nor written.
    environment = dict(os.environ, HOME=profile)
    make_profile(profile, authorities.split(","), keys.split(","), password, port)
    program = subprocess.Popen(
        ["thunderbird", "--headless", "--marionette", "-remote-allow-system-access",
         "--no-remote", "--offline", "--profile", profile],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        marionette = Marionette(port)
        marionette.call("WebDriver:NewSession", capabilities={})
        marionette.call("Marionette:SetContext", value="chrome")
        marionette.call("WebDriver:SetTimeouts", script=30000)
        for message in messages:
            path = os.path.abspath(message)
            result = marionette.call("WebDriver:ExecuteAsyncScript",
                                     script=READ, args=[path], sandbox="system")
            print(json.dumps(dict(result["value"], file=message)), flush=True)
    finally:
        program.terminate()
        program.wait()
        shutil.rmtree(profile, ignore_errors=True)


main()
