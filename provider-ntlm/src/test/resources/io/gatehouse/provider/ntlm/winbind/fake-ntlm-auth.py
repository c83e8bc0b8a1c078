#!/usr/bin/python3
"""ntlm_auth as far as a gateway sees it, and all the ways in which it could go wrong.

Its accounts stand in a JSON file: NT hash, SID, disabled or not. It judges NTLMv2 responses as a domain controller does.
"""
import base64
import hashlib
import hmac
import json
import os
import random
import struct
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "fake.json"), encoding="utf-8") as file:
    SETTINGS = json.load(file)


def say(text):
    os.write(1, text.encode("utf-8"))


def av_pairs(blob):
    pairs, offset = {}, 28
    while offset + 4 <= len(blob):
        kind, length = struct.unpack_from("<HH", blob, offset)
        if kind == 0:
            break
        pairs[kind] = blob[offset + 4 : offset + 4 + length].decode("utf-16le", "replace")
        offset += 4 + length
    return pairs


def no(text):
    return ["Authenticated: No", "Authentication-Error: " + text, ".", "."]


def judge(fields, required_sid):
    name = fields["Username"].lower()
    account = SETTINGS["accounts"].get(name)
    response = bytes.fromhex(fields["NT-Response"])
    proof, blob = response[:16], response[16:]
    if account is None:
        return no("The specified account does not exist.")
    if "error" in account:
        return no(account["error"])
    if av_pairs(blob).get(1) != SETTINGS["computer"]:
        return no("The attempted logon is invalid. This is either due to a bad username or authentication information.")
    names = (fields["Username"].upper() + fields["NT-Domain"]).encode("utf-16le")
    key = hmac.new(bytes.fromhex(account["hash"]), names, "md5").digest()
    challenge = bytes.fromhex(fields["LANMAN-Challenge"])
    if hmac.new(key, challenge + blob, "md5").digest() != proof:
        return no(
            "When trying to update a password, this return status indicates that the value provided as the current"
            " password is not correct."
        )
    if account.get("disabled"):
        return no("The referenced account is currently disabled and cannot be logged on to.")
    if required_sid and account["sid"] != required_sid:
        return no("The attempted logon is invalid. This is either due to a bad username or authentication information.")
    session_key = hmac.new(key, proof, "md5").hexdigest().upper()
    session_key = account.get("sessionKey", session_key)
    return ["Authenticated: Yes"] + (["User-Session-Key: " + session_key] if session_key else []) + ["."]


def answer(lines, behaviour):
    text = "\n".join(lines) + "\n"
    if behaviour == "right":
        say(text)
    elif behaviour == "byte by byte":
        for byte in text.encode("utf-8"):
            os.write(1, bytes([byte]))
    elif behaviour == "one dot":
        say("\n".join(lines[:-1] if lines[-2:] == [".", "."] else lines) + "\n")
    elif behaviour == "no dots":
        say("\n".join(line for line in lines if line != ".") + "\n")
    elif behaviour == "three dots":
        say(text + ".\n")
    elif behaviour == "twice":
        say(text + text)
    elif behaviour == "again later":
        say(text)
        threading.Timer(random.uniform(0, 0.02), say, [text]).start()
    elif behaviour == "nothing":
        pass
    elif behaviour == "garbage":
        os.write(1, os.urandom(300))
    elif behaviour == "huge line":
        say("Authenticated: " + "Y" * 100000)
    elif behaviour == "short key":
        say(text.replace("User-Session-Key: ", "User-Session-Key: 0"))
    elif behaviour == "error":
        say("Error: No username supplied!\n.\n")
    elif behaviour == "dies midway":
        say(text[: len(text) // 2])
        sys.stderr.write("segmentation fault\n")
        os._exit(11)
    elif behaviour == "hangs":
        time.sleep(60)
    else:
        raise ValueError(behaviour)


def challenge_myself():
    def pair(kind, text):
        value = text.encode("utf-16le")
        return struct.pack("<HH", kind, len(value)) + value

    pairs = pair(2, SETTINGS["domain"]) + pair(1, SETTINGS["computer"]) + struct.pack("<HH", 0, 0)
    target = SETTINGS["domain"].encode("utf-16le")
    message = b"NTLMSSP\0" + struct.pack("<IHHIIQQHHIQ", 2, len(target), len(target), 56, 0xA08205, 7, 0,
                                          len(pairs), len(pairs), 56 + len(target), 0) + target + pairs
    sys.stdin.readline()
    say("TT " + base64.b64encode(message).decode() + "\n")


def main():
    with open(os.path.join(HERE, "starts"), "a", encoding="utf-8") as starts:
        starts.write(json.dumps({"pid": os.getpid(), "environment": dict(os.environ), "arguments": sys.argv[1:]}) + "\n")
    if "--helper-protocol=squid-2.5-ntlmssp" in sys.argv:
        challenge_myself()
        return
    if SETTINGS.get("start") == "dies":
        sys.stderr.write("no such option\n")
        sys.exit(1)
    if SETTINGS.get("start") == "speaks":
        say("Authenticated: Yes\nUser-Session-Key: 00112233445566778899AABBCCDDEEFF\n.\n")
    if SETTINGS.get("start") == "complains":
        sys.stderr.write("Got 'NT-Response: 0011' from squid\n" + "x" * 1000000 + "\n" + "complaint\n" * 1000)
        sys.stderr.flush()
    prefix = "--require-membership-of="
    required_sid = next((each[len(prefix) :] for each in sys.argv if each.startswith(prefix)), None)
    fields = {}
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == ".":
            lines = judge(fields, required_sid)
            answer(lines, random.choice(SETTINGS["behaviours"]))
            fields = {}
            continue
        if ":: " in line:
            key, value = line.split(":: ", 1)
            value = base64.b64decode(value).decode("utf-8")
        else:
            key, value = line.split(": ", 1)
        if key in ("Username", "NT-Domain", "LANMAN-Challenge", "NT-Response", "Request-User-Session-Key"):
            fields[key] = value
        else:
            say("Error: Unknown request " + key + "\n.\n")


main()
