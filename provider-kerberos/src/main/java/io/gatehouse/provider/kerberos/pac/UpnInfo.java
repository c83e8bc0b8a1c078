package io.gatehouse.provider.kerberos.pac;

import io.gatehouse.formats.MalformedException;

/**
 * MS-PAC 2.10: UPN_DNS_INFO.
 *
 * @param upn the user principal name, or {@code user@domain} where the account has none; may be empty
 * @param dnsDomain the DNS name of the account's domain, in any case; may be empty
 */
record UpnInfo(String upn, String dnsDomain) {
    static UpnInfo parse(byte[] bytes) throws MalformedException {
        LittleEndianReader reader = new LittleEndianReader(bytes, "upn information");
        int upnLength = reader.uint16();
        int upnOffset = reader.uint16();
        int domainLength = reader.uint16();
        int domainOffset = reader.uint16();
        reader.skip(Integer.BYTES); // whether the name was made up
        return new UpnInfo(reader.textAt(upnOffset, upnLength), reader.textAt(domainOffset, domainLength));
    }
}
