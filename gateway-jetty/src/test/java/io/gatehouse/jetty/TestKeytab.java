package io.gatehouse.jetty;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A keytab of one AES-256 key, in the format of MIT Kerberos (version 2), for gateways that no KDC knows. */
final class TestKeytab {
    private static final short VERSION = 0x0502;
    private static final int NT_SRV_INST = 2;
    private static final short AES256_CTS_HMAC_SHA1_96 = 18;
    private static final int KEY_BYTES = 32;

    private TestKeytab() {}

    static byte[] of(String service, String host, String realm) throws IOException {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(entry);
        data.writeShort(2); // components
        for (String text : new String[] {realm, service, host}) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            data.writeShort(bytes.length);
            data.write(bytes);
        }
        data.writeInt(NT_SRV_INST);
        data.writeInt(0); // timestamp
        data.writeByte(1); // version of the key
        data.writeShort(AES256_CTS_HMAC_SHA1_96);
        data.writeShort(KEY_BYTES);
        data.write(new byte[KEY_BYTES]);
        ByteArrayOutputStream keytab = new ByteArrayOutputStream();
        DataOutputStream file = new DataOutputStream(keytab);
        file.writeShort(VERSION);
        file.writeInt(entry.size());
        file.write(entry.toByteArray());
        return keytab.toByteArray();
    }
}
