package io.gatehouse.provider.kerberos.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.DerReader;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kerby.kerberos.kerb.KrbCodec;
import org.apache.kerby.kerberos.kerb.type.KerberosTime;
import org.apache.kerby.kerberos.kerb.type.ad.AuthorizationDataEntry;
import org.apache.kerby.kerberos.kerb.type.ad.AuthorizationType;
import org.apache.kerby.kerberos.kerb.type.ap.ApOptions;
import org.apache.kerby.kerberos.kerb.type.ap.ApRep;
import org.apache.kerby.kerberos.kerb.type.ap.ApReq;
import org.apache.kerby.kerberos.kerb.type.ap.EncAPRepPart;
import org.apache.kerby.kerberos.kerb.type.base.CheckSum;
import org.apache.kerby.kerberos.kerb.type.base.EncryptionType;
import org.apache.kerby.kerberos.kerb.type.base.NameType;
import org.apache.kerby.kerberos.kerb.type.ticket.EncTicketPart;
import org.apache.kerby.kerberos.kerb.type.ticket.TicketFlags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apache Kerby as the other party: what it writes is read, what is written it reads. And what it cannot read. */
class MessagesTest {
    private static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");

    private static byte[] recorded(String kind, String name) throws IOException {
        try (InputStream input = MessagesTest.class.getResourceAsStream("MessageFuzzTestInputs/" + kind + "/" + name)) {
            if (input == null) {
                throw new IOException("no seed " + name);
            }
            return input.readAllBytes();
        }
    }

    private static org.apache.kerby.kerberos.kerb.type.base.PrincipalName kerbyName(String... components) {
        return new org.apache.kerby.kerberos.kerb.type.base.PrincipalName(List.of(components), NameType.NT_SRV_HST);
    }

    private static org.apache.kerby.kerberos.kerb.type.base.EncryptedData kerbyData(byte[] cipher, int version) {
        var data = new org.apache.kerby.kerberos.kerb.type.base.EncryptedData();
        data.setEType(EncryptionType.AES256_CTS);
        data.setCipher(cipher);
        if (version >= 0) {
            data.setKvno(version);
        }
        return data;
    }

    @Test
    void theRequestThatKerbyWritesIsRead() throws Exception {
        var ticket = new org.apache.kerby.kerberos.kerb.type.ticket.Ticket();
        ticket.setRealm("A.TEST");
        ticket.setSname(kerbyName("HTTP", "gw.a.test"));
        ticket.setEncryptedEncPart(kerbyData(new byte[] {1, 2}, 7));
        ApReq kerby = new ApReq();
        ApOptions options = new ApOptions();
        options.setFlag(0x2000_0000);
        kerby.setApOptions(options);
        kerby.setTicket(ticket);
        kerby.setEncryptedAuthenticator(kerbyData(new byte[300], -1));

        ApRequest request = ApRequest.parse(KrbCodec.encode(kerby));
        assertThat(request.mutualRequired()).isTrue();
        assertThat(request.usesSessionKey()).isFalse();
        assertThat(request.ticket().service()).isEqualTo("HTTP/gw.a.test@A.TEST");
        assertThat(request.ticket().part().version()).isEqualTo(OptionalLong.of(7));
        assertThat(request.ticket().part().encryptionType()).isEqualTo(18);
        assertThat(request.authenticator().version()).isEmpty();
        assertThat(request.authenticator().cipher().length()).isEqualTo(300);
    }

    @Test
    void theTicketThatKerbyWritesIsRead() throws Exception {
        EncTicketPart kerby = new EncTicketPart();
        TicketFlags flags = new TicketFlags();
        flags.setFlags(0x0100_0000);
        kerby.setFlags(flags);
        kerby.setKey(new org.apache.kerby.kerberos.kerb.type.base.EncryptionKey(17, new byte[16]));
        kerby.setCrealm("A.TEST");
        kerby.setCname(kerbyName("alice"));
        var transited = new org.apache.kerby.kerberos.kerb.type.base.TransitedEncoding();
        transited.setTrType(org.apache.kerby.kerberos.kerb.type.base.TransitedEncodingType.DOMAIN_X500_COMPRESS);
        transited.setContents(new byte[0]);
        kerby.setTransited(transited);
        kerby.setAuthTime(new KerberosTime(TIME.toEpochMilli()));
        kerby.setEndTime(new KerberosTime(TIME.plusSeconds(60).toEpochMilli()));
        var data = new org.apache.kerby.kerberos.kerb.type.ad.AuthorizationData();
        data.addElement(new AuthorizationDataEntry(AuthorizationType.AD_WIN2K_PAC, new byte[] {9}));
        kerby.setAuthorizationData(data);

        TicketPart part = TicketPart.parse(KrbCodec.encode(kerby));
        assertThat(part.clientName()).isEqualTo("alice@A.TEST");
        assertThat(part.isInvalid()).isTrue();
        assertThat(part.isAnonymous()).isFalse();
        assertThat(part.startTime()).isEqualTo(TIME).isEqualTo(part.authTime());
        assertThat(part.endTime()).isEqualTo(TIME.plusSeconds(60));
        assertThat(part.sessionKey().encryptionType()).isEqualTo(17);
        assertThat(part.addresses()).isEmpty();
        assertThat(part.authorizationData()).extracting(AuthorizationData::type).containsExactly(128);
    }

    @Test
    void theAuthenticatorThatKerbyWritesIsRead() throws Exception {
        var kerby = new org.apache.kerby.kerberos.kerb.type.ap.Authenticator();
        kerby.setCrealm("A.TEST");
        kerby.setCname(kerbyName("alice", "admin"));
        kerby.setCksum(new CheckSum(0x8003, new byte[24]));
        kerby.setCusec(5);
        kerby.setCtime(new KerberosTime(TIME.toEpochMilli()));
        kerby.setSeqNumber(-1);
        kerby.setSubKey(new org.apache.kerby.kerberos.kerb.type.base.EncryptionKey(18, new byte[32]));

        Authenticator authenticator = Authenticator.parse(KrbCodec.encode(kerby));
        assertThat(authenticator.client().text()).isEqualTo("alice/admin");
        assertThat(authenticator.time()).isEqualTo(TIME.plusNanos(5000));
        assertThat(authenticator.sequenceNumber()).isEqualTo(0xffffffffL);
        assertThat(authenticator.subkey().orElseThrow().encryptionType()).isEqualTo(18);
    }

    @Test
    void kerbyReadsTheReply() throws Exception {
        byte[] part =
                ApReply.part(TIME, 999_999, Optional.of(new EncryptionKey(18, Secret.of(new byte[32]))), 0x3fffffff);
        EncAPRepPart kerby = KrbCodec.decode(part, EncAPRepPart.class);
        assertThat(kerby.getCtime().getTime()).isEqualTo(TIME.toEpochMilli());
        assertThat(kerby.getCusec()).isEqualTo(999_999);
        assertThat(kerby.getSeqNumber()).isEqualTo(0x3fffffff);
        assertThat(kerby.getSubkey().getKeyType()).isEqualTo(EncryptionType.AES256_CTS_HMAC_SHA1_96);

        ApRep reply = KrbCodec.decode(ApReply.encode(18, part), ApRep.class);
        assertThat(reply.getEncryptedEncPart().getCipher()).isEqualTo(part);
        assertThat(KrbCodec.decode(ApReply.part(TIME, 0, Optional.empty(), 0), EncAPRepPart.class)
                        .getSubkey())
                .isNull();
    }

    @Test
    void namesOutsideAsciiAreRead() throws Exception {
        assertThat(TicketPart.parse(recorded("everyTicketIsReadOrMalformed", "samba-umlaut"))
                        .clientName())
                .isEqualTo("ümläut@AD.TEST");
    }

    @Test
    void theNumberOfAnEncryptionTypeThatKerbyDoesNotKnowIsKept() throws Exception {
        ApRequest request = ApRequest.parse(
                GssToken.parse(io.gatehouse.api.Token.of(recorded("everyTokenIsReadOrMalformed", "mit-sha2")))
                        .message()
                        .bytes());
        assertThat(request.ticket().part().encryptionType()).isEqualTo(20);
        assertThat(request.authenticator().encryptionType()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mit", "mit-sha2", "samba-alice"})
    void noTruncatedMessageIsRead(String name) throws Exception {
        byte[] token = recorded("everyTokenIsReadOrMalformed", name);
        byte[] ticket = recorded("everyTicketIsReadOrMalformed", name);
        byte[] authenticator = recorded("everyAuthenticatorIsReadOrMalformed", name);
        for (int length = 0; length < token.length; length++) {
            var cut = io.gatehouse.api.Token.of(java.util.Arrays.copyOf(token, length));
            assertThatThrownBy(() -> GssToken.parse(cut)).isInstanceOf(MalformedException.class);
        }
        for (int length = 0; length < ticket.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(ticket, length);
            assertThatThrownBy(() -> TicketPart.parse(cut)).isInstanceOf(MalformedException.class);
        }
        for (int length = 0; length < authenticator.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(authenticator, length);
            assertThatThrownBy(() -> Authenticator.parse(cut)).isInstanceOf(MalformedException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                    | DER ends where tag 0x60 is expected
                    61 00                 | DER tag 0x61 (expected 0x60)
                    60 80 00 00           | DER length of 0 octets (expected 1 to 3)
                    60 85 00 00 00 00 00  | DER length of 5 octets (expected 1 to 3)
                    60 84 ff ff ff ff     | DER length of 4 octets (expected 1 to 3)
                    60 82 01              | DER ends in a length
                    60 05 06 09 2a 86 48  | DER length 9 (expected at most 3)
                    60 00 00              | 1 bytes behind a DER value
                    60 81 02 06 00        | DER length 2 in 1 octets
                    60 08 06 06 2b 06 01 05 05 02 | gss framing of another mechanism than kerberos
                    60 0c 06 09 2a 86 48 86 f7 12 01 02 02 01 | gss token without an id
                    """)
    void brokenFramingIsToldWhereItBreaks(String hex, String problem) {
        var token = io.gatehouse.api.Token.of(HexFormat.of().parseHex(hex.replace(" ", "")));
        assertThatThrownBy(() -> GssToken.parse(token)).hasMessage(problem);
    }

    @Test
    void bothNamesOfTheMechanismAreUnderstoodAndAnsweredInKind() throws Exception {
        for (String name : List.of("2a864886f712010202", "2a864882f712010202")) {
            byte[] token = HexFormat.of().parseHex("600e0609" + name + "0100ff");
            GssToken parsed = GssToken.parse(io.gatehouse.api.Token.of(token));
            assertThat(parsed.id()).isEqualTo(GssToken.AP_REQ);
            assertThat(HexFormat.of()
                            .formatHex(new GssToken(parsed.mechanism(), GssToken.AP_REP, parsed.message())
                                    .encode()
                                    .bytes()))
                    .isEqualTo("600e0609" + name + "0200ff");
        }
    }

    @Test
    void theLargestTokenIs64Kib() {
        var token = io.gatehouse.api.Token.of(new byte[65_537]);
        assertThatThrownBy(() -> GssToken.parse(token)).hasMessage("token of 65537 bytes (expected at most 65536)");
    }

    private static DerReader reader(String hex) {
        return new DerReader(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void numbersOutOfTheirRangeAreMalformed() throws Exception {
        assertThat(Fields.uint32(reader("02 05 00 ff ff ff ff"))).isEqualTo(0xffffffffL);
        assertThat(Fields.uint32(reader("02 01 ff"))).isEqualTo(0xffffffffL);
        assertThatThrownBy(() -> Fields.uint32(reader("02 05 01 00 00 00 12")))
                .hasMessage("DER INTEGER 4294967314 (expected -2147483648 to 4294967295)");
        assertThatThrownBy(() -> Fields.uint32(reader("02 09 01 00 00 00 00 00 00 00 01")))
                .hasMessage("DER INTEGER of 9 octets (expected 1 to 8)");
        assertThatThrownBy(() -> Fields.uint32(reader("02 02 00 01"))).hasMessage("DER INTEGER 1 in 2 octets");
        assertThatThrownBy(() -> Fields.microseconds(reader("02 03 0f 42 40")))
                .hasMessage("DER INTEGER 1000000 (expected 0 to 999999)");
        assertThatThrownBy(() -> Fields.exactly(reader("02 01 04"), 5, "pvno")).hasMessage("pvno 4 (expected 5)");
    }
}
