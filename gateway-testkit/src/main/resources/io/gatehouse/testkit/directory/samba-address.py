"""Replaces an address in the DNS records of a domain: samba-address.py <smb.conf> <old address> <new address>."""
import os
import sys

import ldb
from samba.auth import system_session
from samba.dcerpc import dnsp
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

configuration, old, new = sys.argv[1:4]
lp = LoadParm()
lp.load(configuration)
sam = SamDB(url=os.path.join(lp.get("private dir"), "sam.ldb"), session_info=system_session(), lp=lp)
for zone in ("DC=DomainDnsZones", "DC=ForestDnsZones"):
    base = "%s,%s" % (zone, sam.get_default_basedn())
    for node in sam.search(base=base, expression="(objectClass=dnsNode)", attrs=["dnsRecord"]):
        records = [ndr_unpack(dnsp.DnssrvRpcRecord, value) for value in node.get("dnsRecord", [])]
        ours = [r for r in records if r.wType == dnsp.DNS_TYPE_A and r.data == old]
        if ours:
            for record in ours:
                record.data = new
            message = ldb.Message(node.dn)
            message["dnsRecord"] = ldb.MessageElement(
                [ndr_pack(r) for r in records], ldb.FLAG_MOD_REPLACE, "dnsRecord")
            sam.modify(message)
