"""One GSS initiator of MIT's library, driven line by line: gss-initiator.py <principal> [mutual] [counted] [binding=<hex>] [ntlm-first]

Prints its token in base64. For each line of "reply <base64>" it takes the acceptor's token and prints "complete", "incomplete"
or its next token in base64; for each of "sign <base64>" the code over the message, for each of "verify <base64> <base64>"
whether the code is right. With ntlm-first it speaks SPNEGO and likes NTLM better than Kerberos.
"""
import base64
import sys

import gssapi

principal, options = sys.argv[1], sys.argv[2:]
flags = gssapi.RequirementFlag.integrity
if "mutual" in options:
    flags |= gssapi.RequirementFlag.mutual_authentication
if "counted" in options:
    flags |= gssapi.RequirementFlag.out_of_sequence_detection
bindings = None
for option in options:
    if option.startswith("binding="):
        bindings = gssapi.raw.ChannelBindings(application_data=bytes.fromhex(option[len("binding="):]))
mechanism, credentials = gssapi.MechType.kerberos, None
if "ntlm-first" in options:
    mechanism = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
    ntlm = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
    credentials = gssapi.raw.acquire_cred(None, usage="initiate", mechs=[mechanism]).creds
    gssapi.raw.set_neg_mechs(credentials, [ntlm, gssapi.MechType.kerberos])
    credentials = gssapi.Credentials(base=credentials)
name = gssapi.Name(principal, gssapi.NameType.kerberos_principal) if "ntlm-first" not in options else \
    gssapi.Name(principal, gssapi.NameType.hostbased_service)
context = gssapi.SecurityContext(
    name=name, mech=mechanism, creds=credentials, flags=flags, channel_bindings=bindings, usage="initiate")


def say(text):
    print(text, flush=True)


say(base64.b64encode(context.step()).decode())
for line in sys.stdin:
    command, *values = line.split()
    values = [base64.b64decode(value) for value in values]
    if command == "reply":
        token = context.step(values[0])
        if token:
            say(base64.b64encode(token).decode())
            continue
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
