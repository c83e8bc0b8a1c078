package io.gatehouse.provider.kerberos.pac;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.time.Instant;

/** Whatever stands in a PAC, it is read, malformed or forged. The seeds are of Samba and of MIT's KDC. */
class PacFuzzTest {
    private static final ProtocolKey KEY =
            ProtocolKey.of(18, Secret.of(new byte[32])).orElseThrow();

    private static void assertSaysWhere(Exception e) {
        assertThat(e.getMessage()).isNotBlank().matches(text -> text.chars().noneMatch(Character::isISOControl));
    }

    @FuzzTest
    void everyPacIsReadOrRefused(byte[] bytes) {
        try {
            Pac.verify(bytes, KEY, "alice", Instant.EPOCH);
            throw new AssertionError("a pac under a key that nobody knows");
        } catch (MalformedException | ForgedPacException e) {
            assertSaysWhere(e);
        }
    }

    @FuzzTest
    void everyLogonInformationIsReadOrMalformed(byte[] bytes) {
        try {
            Pac.Account account = LogonInfo.parse(bytes);
            assertThat(account.sids())
                    .contains(account.sid())
                    .allMatch(sid -> sid.matches("S-1-(\\d+|0x[0-9A-F]{12})(-\\d+)+"));
            assertThat(account.name().chars()).noneMatch(Character::isISOControl);
        } catch (MalformedException e) {
            assertSaysWhere(e);
        }
    }

    @FuzzTest
    void everyOtherPartIsReadOrMalformed(byte[] bytes) {
        try {
            ClientInfo.parse(bytes);
        } catch (MalformedException e) {
            assertSaysWhere(e);
        }
        try {
            UpnInfo.parse(bytes);
        } catch (MalformedException e) {
            assertSaysWhere(e);
        }
    }
}
