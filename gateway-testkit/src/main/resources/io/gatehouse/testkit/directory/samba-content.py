"""Fills a new domain with the accounts of SambaDomain: samba-content.py <smb.conf> <folder for keytabs>, accounts on standard input."""
import json
import os
import sys

import ldb
import samba.dckeytab  # noqa: F401  (adds export_keytab to Net)
from samba.auth import system_session
from samba.net import Net
from samba.param import LoadParm
from samba.samdb import SamDB

configuration, keytabs = sys.argv[1:3]
content = json.load(sys.stdin)
lp = LoadParm()
lp.load(configuration)
private = lp.get("private dir")
sam = SamDB(url=os.path.join(private, "sam.ldb"), session_info=system_session(), lp=lp)


def by_name(name):
    return "(sAMAccountName=%s)" % ldb.binary_encode(name)


def replace(dn, **attributes):
    message = ldb.Message()
    message.dn = dn
    for name, value in attributes.items():
        name = name.replace("_", "-")
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    sam.modify(message)


def dn_of(name):
    return sam.search(base=sam.domain_dn(), expression=by_name(name), attrs=["cn"])[0].dn


# Nobody's password ages with the stored copy; tests may change a password twice a day. Samba counts wrong passwords
# only where there is a limit.
replace(sam.get_default_basedn(), maxPwdAge="-9223372036854775808", minPwdAge="0", pwdHistoryLength="0",
        lockoutThreshold="999")

for user in content["users"]:
    name = user["name"]
    sam.newuser(name, user["password"], force_password_change_at_next_login_req=user.get("mustChange", False),
                mailaddress=user.get("mail"), givenname=user.get("givenName"), surname=user.get("surname"))
    if user.get("disabled"):
        sam.disable_account(by_name(name))
    if user.get("expired"):
        replace(dn_of(name), accountExpires="132223104000000000")  # 1 January 2020
    if "servicePrincipalNames" in user:
        replace(dn_of(name), servicePrincipalName=user["servicePrincipalNames"], msDS_SupportedEncryptionTypes="24")

for group in content["groups"]:
    sam.newgroup(group["name"])
    sam.add_remove_group_members(group["name"], group["members"], add_members_operation=True)

crowd = content["crowd"]
sam.transaction_start()
sam.newuser(crowd["name"], crowd["password"])
member = str(dn_of(crowd["name"]))
for number in range(crowd["groups"]):
    name = "Crowd %04d" % number
    sam.add({"dn": "CN=%s,CN=Users,%s" % (name, sam.domain_dn()), "objectClass": "group", "sAMAccountName": name,
             "member": member})
sam.transaction_commit()

for computer in content["computers"]:
    name = computer["name"]
    sam.newcomputer(name)
    sam.setpassword(by_name(name + "$"), computer["password"], False)
    host = "%s.%s" % (name.lower(), lp.get("realm").lower())
    replace(dn_of(name + "$"), dNSHostName=host, msDS_SupportedEncryptionTypes="28",
            servicePrincipalName=["HOST/" + host, "HOST/" + name])

net = Net(None, lp)
for keytab, principals in content["keytabs"].items():
    for principal in principals:
        net.export_keytab(keytab=os.path.join(keytabs, keytab), principal=principal)
