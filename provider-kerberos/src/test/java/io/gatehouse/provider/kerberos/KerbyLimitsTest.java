package io.gatehouse.provider.kerberos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.kerby.kerberos.kerb.KrbCodec;
import org.apache.kerby.kerberos.kerb.crypto.EncryptionHandler;
import org.apache.kerby.kerberos.kerb.keytab.Keytab;
import org.apache.kerby.kerberos.kerb.server.replay.ReplayCheckServiceImpl;
import org.apache.kerby.kerberos.kerb.type.base.EncryptedData;
import org.apache.kerby.kerberos.kerb.type.base.EncryptionKey;
import org.apache.kerby.kerberos.kerb.type.base.EncryptionType;
import org.apache.kerby.kerberos.kerb.type.base.KeyUsage;
import org.apache.kerby.kerberos.kerb.type.base.PrincipalName;
import org.apache.kerby.kerberos.kerb.type.ticket.Ticket;
import org.junit.jupiter.api.Test;

/**
 * Why Apache Kerby derives keys here and does no more (ADR 13). Each test holds a fault of Kerby; one that fails after
 * an upgrade of Kerby is a reason to decide again.
 */
class KerbyLimitsTest {
    private static final EncryptionKey KEY = new EncryptionKey(EncryptionType.AES256_CTS_HMAC_SHA1_96, new byte[32]);

    private static byte[] ticket() throws Exception {
        EncryptedData encrypted = new EncryptedData();
        encrypted.setEType(EncryptionType.AES256_CTS_HMAC_SHA1_96);
        encrypted.setKvno(1);
        encrypted.setCipher(new byte[] {1, 2, 3});
        Ticket ticket = new Ticket();
        ticket.setRealm("LAB.TEST");
        ticket.setSname(new PrincipalName("HTTP/gateway.lab.test@LAB.TEST"));
        ticket.setEncryptedEncPart(encrypted);
        return KrbCodec.encode(ticket);
    }

    @Test
    void theCodecReadsATicketWithBytesBehindIt() throws Exception {
        byte[] longer = Arrays.copyOf(ticket(), ticket().length + 5);
        assertThat(KrbCodec.decode(longer, Ticket.class).getRealm()).isEqualTo("LAB.TEST");
    }

    /** RFC 4120 section 5.1 wants DER, which has one encoding of each value; X.690 10.1 forbids this one. */
    @Test
    void theCodecReadsLengthsThatAreNotDer() throws Exception {
        byte[] good = ticket();
        byte[] indefinite = new byte[good.length + 2];
        indefinite[0] = good[0];
        indefinite[1] = (byte) 0x80;
        System.arraycopy(good, 2, indefinite, 2, good.length - 2);
        assertThat(KrbCodec.decode(indefinite, Ticket.class).getRealm()).isEqualTo("LAB.TEST");
    }

    @Test
    void theCodecReadsATicketWithoutItsFieldsAndInventsTheVersion() throws Exception {
        Ticket empty = KrbCodec.decode(new byte[] {0x61, 2, 0x30, 0}, Ticket.class);
        assertThat(empty.getTktvno()).isEqualTo(5);
        assertThat(empty.getRealm()).isNull();
    }

    @Test
    void theCodecThrowsWhatItDoesNotDeclare() {
        assertThatThrownBy(() -> KrbCodec.decode(new byte[0], Ticket.class)).isInstanceOf(NullPointerException.class);
    }

    /** What {@code ktutil} leaves of an entry that was deleted. */
    @Test
    void theKeytabReaderRefusesHoles() throws Exception {
        byte[] entry = keytabEntry();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(file);
        out.writeShort(0x0502);
        out.writeInt(-entry.length);
        out.write(new byte[entry.length]);
        out.writeInt(entry.length);
        out.write(entry);
        assertThatThrownBy(() -> Keytab.loadKeytab(new ByteArrayInputStream(file.toByteArray())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("less data read");
    }

    private static byte[] keytabEntry() throws IOException {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(entry);
        out.writeShort(1);
        out.writeUTF("LAB.TEST");
        out.writeUTF("user");
        out.writeInt(1);
        out.writeInt(0);
        out.writeByte(1);
        out.writeShort(18);
        out.writeShort(32);
        out.write(new byte[32]);
        return entry.toByteArray();
    }

    /** RFC 8009: aes128-cts-hmac-sha256-128 and aes256-cts-hmac-sha384-192. */
    @Test
    void theCryptoKnowsNoAesWithSha2() {
        assertThat(EncryptionType.fromValue(19)).isEqualTo(EncryptionType.NONE);
        assertThat(EncryptionType.fromValue(20)).isEqualTo(EncryptionType.NONE);
    }

    @Test
    void theCryptoThrowsWhatItDoesNotDeclare() {
        assertThatThrownBy(() -> EncryptionHandler.decrypt(new byte[5], KEY, KeyUsage.KDC_REP_TICKET))
                .isInstanceOf(NegativeArraySizeException.class);
    }

    /** The only store of the replay check is a set without a bound, an age or a lock. */
    @Test
    void theReplayCheckForgetsNothing() {
        ReplayCheckServiceImpl check = new ReplayCheckServiceImpl();
        for (int day = 0; day < 10_000; day++) {
            check.checkReplay("user@LAB.TEST", "HTTP/gateway.lab.test@LAB.TEST", day * 86_400_000L, 0);
        }
        assertThat(check.checkReplay("user@LAB.TEST", "HTTP/gateway.lab.test@LAB.TEST", 0, 0))
                .isTrue();
    }
}
