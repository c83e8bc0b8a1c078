package io.gatehouse.provider.kerberos.pac;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;

/**
 * MS-PAC 2.10: UPN_DNS_INFO.
 *
 * @param upn the user principal name, or {@code user@domain} where the account has none; may be empty
 * @param dnsDomain the DNS name of the account's domain, in any case; may be empty
 */
record UpnInfo(String upn, String dnsDomain) {
    static UpnInfo parse(byte[] bytes) throws MalformedException {
        NdrReader reader = new NdrReader(bytes, "upn information");
        int upnLength = reader.u16();
        int upnOffset = reader.u16();
        int domainLength = reader.u16();
        int domainOffset = reader.u16();
        reader.skip(Integer.BYTES); // whether the name was made up
        return new UpnInfo(reader.nameAt(upnOffset, upnLength), reader.nameAt(domainOffset, domainLength));
    }
}
