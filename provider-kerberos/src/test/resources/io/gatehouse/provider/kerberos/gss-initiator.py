"""One GSS initiator of MIT's library, driven line by line: gss-initiator.py <principal> [mutual] [binding=<hex>]

Prints its token in base64, and reads the acceptor's (or "none"). Then prints "complete", and for each line of
"sign <base64>" the code over the message, for each "verify <base64> <base64>" whether the code is right.
"""
import base64
import sys

import gssapi

principal, options = sys.argv[1], sys.argv[2:]
flags = gssapi.RequirementFlag.integrity
if "mutual" in options:
    flags |= gssapi.RequirementFlag.mutual_authentication
bindings = None
for option in options:
    if option.startswith("binding="):
        bindings = gssapi.raw.ChannelBindings(application_data=bytes.fromhex(option[len("binding="):]))
context = gssapi.SecurityContext(
    name=gssapi.Name(principal, gssapi.NameType.kerberos_principal),
    mech=gssapi.MechType.kerberos, flags=flags, channel_bindings=bindings, usage="initiate")


def say(text):
    print(text, flush=True)


say(base64.b64encode(context.step()).decode())
for line in sys.stdin:
    command, *values = line.split()
    values = [base64.b64decode(value) for value in values]
    if command == "reply":
        context.step(values[0])
    elif command == "sign":
        say(base64.b64encode(context.get_signature(values[0])).decode())
        continue
    elif command == "verify":
        try:
            context.verify_signature(*values)
            say("right")
        except gssapi.exceptions.GSSError as e:
            say("wrong: %s" % e)
        continue
    say("complete" if context.complete else "incomplete")
