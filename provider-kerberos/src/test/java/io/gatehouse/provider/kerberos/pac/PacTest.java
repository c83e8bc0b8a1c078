package io.gatehouse.provider.kerberos.pac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PACs of Samba and of MIT's KDC as they came, and PACs of the test's own. */
class PacTest {
    private static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");
    private static final ProtocolKey SAMBA =
            key(18, "e87daadd3530d9e44a6808af3923110f0e55888874fd267ff154048595bfa22d");
    private static final ProtocolKey MIT = key(18, "08b3db174bacd841372aeab64ef481667e0cec9d05600fcde0862d0cb410f5fd");
    private static final ProtocolKey MIT_SHA2 =
            key(20, "f3f5c7a44efa73c3d64ec301504344e7317226ab7529b0c6abb51019eb63fb59");

    private final ProtocolKey key = ProtocolKey.random(EncryptionType.AES256_CTS_HMAC_SHA1, new SecureRandom());

    private static ProtocolKey key(int type, String hex) {
        return ProtocolKey.of(type, Secret.of(HexFormat.of().parseHex(hex))).orElseThrow();
    }

    private static byte[] recorded(String name) throws IOException {
        try (InputStream input =
                PacTest.class.getResourceAsStream("PacFuzzTestInputs/everyPacIsReadOrRefused/" + name)) {
            if (input == null) {
                throw new IOException("no seed " + name);
            }
            return input.readAllBytes();
        }
    }

    private Pac.Account account(PacForge forge) throws Exception {
        forge.parts.put(1, forge.logonInfo());
        return Pac.verify(forge.signed(key), key, "alice", TIME).account().orElseThrow();
    }

    @Test
    void thePacOfSambaNamesUserAndNestedGroups() throws Exception {
        Pac pac = Pac.verify(recorded("samba"), SAMBA, "bob", Instant.parse("2026-11-23T01:23:41Z"));

        Pac.Account account = pac.account().orElseThrow();
        String domain = "S-1-5-21-1447488103-3633089072-1021719688";
        assertThat(account.name()).isEqualTo("bob");
        assertThat(account.domain()).isEqualTo("ADTEST");
        assertThat(account.sid()).isEqualTo(domain + "-1104");
        assertThat(account.sids())
                .containsExactlyInAnyOrder(
                        domain + "-1104", domain + "-513", domain + "-1112", domain + "-1113", "S-1-18-1");
        assertThat(pac.upn()).contains("bob@ad.test");
        assertThat(pac.dnsDomain()).contains("AD.TEST");
    }

    @Test
    void thePacOfMitsKdcNamesNobody() throws Exception {
        Instant time = Instant.parse("2026-11-23T01:23:35Z");
        assertThat(Pac.verify(recorded("mit"), MIT, "alice", time).account()).isEmpty();
        assertThat(Pac.verify(recorded("mit-sha2"), MIT_SHA2, "alice", time).upn())
                .isEmpty();
    }

    @Test
    void noAlteredByteOfARealPacIsAccepted() throws Exception {
        byte[] pac = recorded("samba");
        int kdcSignature = PacForge.offsetOf(pac, 7);
        for (int i = 0; i < pac.length; i++) {
            byte[] altered = pac.clone();
            altered[i] ^= 1;
            boolean unprotected = i >= kdcSignature + 4 && i < kdcSignature + 16;
            if (!unprotected) {
                assertThatThrownBy(() -> Pac.verify(altered, SAMBA, "bob", Instant.parse("2026-11-23T01:23:41Z")))
                        .as("byte %d", i)
                        .isInstanceOfAny(ForgedPacException.class, MalformedException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(EncryptionType.class)
    void signaturesOfEveryTypeAreVerified(EncryptionType type) throws Exception {
        ProtocolKey other = ProtocolKey.random(type, new SecureRandom());
        byte[] pac = PacForge.of("alice", TIME).signed(other);
        assertThat(Pac.verify(pac, other, "alice", TIME).account().orElseThrow().name())
                .isEqualTo("alice");
        ProtocolKey wrong = ProtocolKey.random(type, new SecureRandom());
        assertThatThrownBy(() -> Pac.verify(pac, wrong, "alice", TIME))
                .isInstanceOf(ForgedPacException.class)
                .hasMessage("the pac's signature is wrong");
    }

    @Test
    void aSignatureOfAnotherTypeThanTheKeysIsRefused() {
        ProtocolKey rc4 = ProtocolKey.random(EncryptionType.RC4_HMAC, new SecureRandom());
        byte[] pac = PacForge.of("alice", TIME).signed(rc4);
        assertThatThrownBy(() -> Pac.verify(pac, key, "alice", TIME))
                .hasMessage("the pac's signature is of checksum type -138 (expected 16, which goes with"
                        + " aes256-cts-hmac-sha1-96)");
    }

    @Test
    void thePacOfAnotherTicketIsRefused() {
        byte[] pac = PacForge.of("alice", TIME).signed(key);
        assertThatThrownBy(() -> Pac.verify(pac, key, "mallory", TIME))
                .hasMessage("the pac belongs to the ticket of another client or time");
        assertThatThrownBy(() -> Pac.verify(pac, key, "alice", TIME.plusSeconds(1)))
                .isInstanceOf(ForgedPacException.class);
    }

    @Test
    void groupsThatDoNotCountAreLeftOut() throws Exception {
        PacForge forge = PacForge.of("alice", TIME);
        forge.groups =
                List.of(new long[] {513, 7}, new long[] {600, 0}, new long[] {601, 0x10}, new long[] {602, 0x14});
        forge.extraSids =
                List.of(new Object[] {"S-1-5-21-9-9-9-700", 7}, new Object[] {"S-1-5-21-9-9-9-701", 3}, new Object[] {
                    "S-1-5-32-545", 4
                });
        assertThat(account(forge).sids())
                .containsExactlyInAnyOrder(
                        "S-1-5-21-1-2-3-1104", "S-1-5-21-1-2-3-513", "S-1-5-21-9-9-9-700", "S-1-5-32-545");
    }

    @Test
    void thePrimaryGroupCountsUnlessItIsListedAsOneThatDoesNot() throws Exception {
        PacForge forge = PacForge.of("alice", TIME);
        forge.groups = List.of(new long[] {600, 7});
        assertThat(account(forge).sids())
                .containsExactlyInAnyOrder("S-1-5-21-1-2-3-1104", "S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-600");
        forge.groups = List.of(new long[] {513, 0x17});
        assertThat(account(forge).sids()).containsExactly("S-1-5-21-1-2-3-1104");
    }

    @Test
    void resourceGroupsAreOfTheirOwnDomain() throws Exception {
        PacForge forge = PacForge.of("alice", TIME);
        forge.resourceDomainSid = "S-1-5-21-7-8-9";
        forge.resourceGroups = List.of(new long[] {1200, 0x20000007});
        assertThat(account(forge).sids()).contains("S-1-5-21-7-8-9-1200");

        forge.resourceDomainSid = "";
        assertThatThrownBy(() -> account(forge))
                .hasMessage("logon information: groups without the sid of their domain");
    }

    @Test
    void anAccountOfNoDomainIsTheFirstOfTheExtraSids() throws Exception {
        PacForge forge = PacForge.of("alice", TIME);
        forge.userId = 0;
        forge.extraSids = List.of(new Object[] {"S-1-5-21-9-9-9-1700", 7}, new Object[] {"S-1-5-32-545", 7});
        assertThat(account(forge).sid()).isEqualTo("S-1-5-21-9-9-9-1700");

        forge.extraSids = List.of();
        forge.groups = List.of();
        assertThatThrownBy(() -> account(forge)).hasMessage("logon information: no sid of the user");
    }

    @Test
    void namesInEveryScriptAreRead() throws Exception {
        PacForge forge = PacForge.of("alice", TIME);
        forge.user = "ümläut";
        forge.domain = "日本";
        assertThat(account(forge).name()).isEqualTo("ümläut");
        assertThat(account(forge).domain()).isEqualTo("日本");
        forge.user = "al\nice";
        assertThatThrownBy(() -> account(forge)).hasMessage("logon information: text with control characters");
    }

    @Test
    void moreSidsThanAnyDomainGivesAreMalformed() {
        PacForge forge = PacForge.of("alice", TIME);
        forge.groups =
                LongStream.range(0, 4097).mapToObj(id -> new long[] {id, 7}).toList();
        assertThatThrownBy(() -> account(forge))
                .hasMessageMatching("logon information: 4097 elements at \\d+ \\(expected at most 4096\\)");
    }

    @Test
    void aPacWithoutWhatTiesItToTheTicketIsMalformed() {
        PacForge forge = PacForge.of("alice", TIME);
        forge.parts.remove(10);
        assertThatThrownBy(() -> Pac.verify(forge.signed(key), key, "alice", TIME))
                .isInstanceOf(MalformedException.class)
                .hasMessage("pac: no client information");
        byte[] unsigned = PacForge.assemble(forge.parts);
        assertThatThrownBy(() -> Pac.verify(unsigned, key, "alice", TIME))
                .hasMessage("pac: no signature for the server");
    }

    @Test
    void upnAndDnsDomainAreRead() throws Exception {
        PacForge forge = PacForge.of("alice", TIME);
        forge.parts.put(12, PacForge.upnInfo("alice@corp.example", "forge.test"));
        Pac pac = Pac.verify(forge.signed(key), key, "alice", TIME);
        assertThat(pac.upn()).contains("alice@corp.example");
        assertThat(pac.dnsDomain()).contains("forge.test");

        forge.parts.put(12, PacForge.upnInfo("", ""));
        assertThat(Pac.verify(forge.signed(key), key, "alice", TIME).upn()).isEmpty();
        byte[] outside = PacForge.upnInfo("alice@corp.example", "forge.test");
        outside[2] = (byte) 0xff;
        forge.parts.put(12, outside);
        assertThatThrownBy(() -> Pac.verify(forge.signed(key), key, "alice", TIME))
                .hasMessageStartingWith("upn information: text of 36 bytes at 255 of");
    }

    @Test
    void partsThatLieOutsideOrTwiceAreMalformed() {
        byte[] pac = PacForge.of("alice", TIME).signed(key);
        assertMalformed(pac, 0, 33, "version 0 with 33 parts");
        assertMalformed(pac, 4, 1, "version 1 with 4 parts");
        assertMalformed(pac, 12, pac.length, "part of type 1");
        assertMalformed(pac, 12, -1, "part of type 1: 4294967295 bytes");
        assertMalformed(pac, 16, 0, "part of type 1");
        assertMalformed(pac, 16, 73, "part of type 1");
        assertMalformed(pac, 20, 1, "part of type 1");
        assertMalformed(pac, 20, -1, "part of type 1");
        assertMalformed(pac, 24, 1, "two parts of type 1");
    }

    private void assertMalformed(byte[] pac, int offset, int value, String problem) {
        byte[] altered = pac.clone();
        ByteBuffer.wrap(altered).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
        assertThatThrownBy(() -> Pac.verify(altered, key, "alice", TIME))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void noTruncatedLogonInformationIsRead() {
        PacForge forge = PacForge.of("alice", TIME);
        forge.extraSids = new ArrayList<>(List.<Object[]>of(new Object[] {"S-1-5-21-9-9-9-700", 7}));
        byte[] whole = forge.logonInfo();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> LogonInfo.parse(cut)).isInstanceOf(MalformedException.class);
        }
    }
}
