package io.gatehouse.provider.kerberos;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * What FreeRDP 3.30.1 sent with a ticket of Samba, to which it adds a random first number but no wish that messages be
 * counted: its code then has the number 0.
 */
class KerberosIntegrityTest {
    private static final ProtocolKey SUBKEY = new ProtocolKey(
            EncryptionType.AES256_CTS_HMAC_SHA1,
            Secret.of(hex("2926e600558a9cf9c5e8556d2e086d3fda79e5bcfa559fcafece35f14e5146c1")));
    /** Kerberos user to user, Kerberos, NTLM. */
    private static final byte[] MECHANISMS =
            hex("3023060a2a864886f7120102020306092a864886f712010202060a2b06010401823702020a");

    private static final byte[] CODE = hex("040404ffffffffff000000000000000058a5734ac1be00712e1a5428");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static KerberosIntegrity integrity(OptionalLong initiatorSequence) {
        return new KerberosIntegrity(SUBKEY, true, initiatorSequence, 1);
    }

    @Test
    void aCodeOfAClientThatCountsNothingIsRightWhateverItsNumber() {
        assertThat(integrity(OptionalLong.empty()).verify(MECHANISMS, CODE)).isTrue();
    }

    @Test
    void aClientThatAskedForCountingMustCount() {
        assertThat(integrity(OptionalLong.of(0x2f3a_51c7)).verify(MECHANISMS, CODE))
                .isFalse();
        KerberosIntegrity fromZero = integrity(OptionalLong.of(0));
        assertThat(fromZero.verify(MECHANISMS, CODE)).isTrue();
        assertThat(fromZero.verify(MECHANISMS, CODE))
                .as("the same number again")
                .isFalse();
    }

    @Test
    void anAlteredListOrCodeIsWrong() {
        KerberosIntegrity integrity = integrity(OptionalLong.empty());
        byte[] shorter = Arrays.copyOf(MECHANISMS, MECHANISMS.length - 1);
        assertThat(integrity.verify(shorter, CODE)).isFalse();
        for (int i = 0; i < CODE.length; i++) {
            byte[] altered = CODE.clone();
            altered[i] ^= 1;
            assertThat(integrity.verify(MECHANISMS, altered)).as("byte %d", i).isFalse();
        }
        assertThat(integrity.verify(MECHANISMS, Arrays.copyOf(CODE, 15))).isFalse();
        assertThat(integrity.verify(MECHANISMS, new byte[0])).isFalse();
    }
}
