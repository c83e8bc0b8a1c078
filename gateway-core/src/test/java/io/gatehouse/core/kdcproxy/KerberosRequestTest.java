package io.gatehouse.core.kdcproxy;

import static io.gatehouse.core.kdcproxy.Samples.context;
import static io.gatehouse.core.kdcproxy.Samples.guess;
import static io.gatehouse.core.kdcproxy.Samples.name;
import static io.gatehouse.core.kdcproxy.Samples.nonce;
import static io.gatehouse.core.kdcproxy.Samples.options;
import static io.gatehouse.core.kdcproxy.Samples.preAuthentication;
import static io.gatehouse.core.kdcproxy.Samples.request;
import static io.gatehouse.core.kdcproxy.Samples.string;
import static io.gatehouse.core.kdcproxy.Samples.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Token;
import io.gatehouse.core.kdcproxy.KerberosRequest.Authentication;
import io.gatehouse.core.kdcproxy.KerberosRequest.PasswordChange;
import io.gatehouse.core.kdcproxy.KerberosRequest.ServiceTicket;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerWriter;
import io.gatehouse.formats.kerberos.PrincipalName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 4120 section 5.4.1 and RFC 3244 section 2, as far as the gateway looks. */
class KerberosRequestTest {
    private static final PrincipalName ALICE = new PrincipalName(1, List.of("alice"));
    private static final PrincipalName KRBTGT = new PrincipalName(2, List.of("krbtgt", "MIT.TEST"));

    private static void assertMalformed(byte[] message, String problem) {
        assertThatThrownBy(() -> KerberosRequest.parse(Token.of(message)))
                .isInstanceOf(MalformedException.class)
                .hasMessage(problem);
    }

    @ParameterizedTest
    @CsvSource({"as-req, false, false", "as-req-timestamp, true, false", "as-req-fast, false, true"})
    void authenticationNamesClientAndServer(String recording, boolean provesPassword, boolean armoured)
            throws Exception {
        assertThat(KerberosRequest.parse(token(recording)))
                .isEqualTo(new Authentication("MIT.TEST", ALICE, KRBTGT, provesPassword, armoured));
    }

    @Test
    void requestForAServiceTicketNamesTheRealm() throws Exception {
        assertThat(KerberosRequest.parse(token("tgs-req"))).isEqualTo(new ServiceTicket("MIT.TEST"));
    }

    @Test
    void changeOfAPasswordNamesTheRealmOfItsTicket() throws Exception {
        assertThat(KerberosRequest.parse(token("kpasswd-req"))).isEqualTo(new PasswordChange("MIT.TEST"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"as-req-timestamp", "tgs-req", "kpasswd-req", "as-req-fast"})
    void truncatedMessageIsMalformed(String recording) {
        byte[] whole = Samples.recorded(recording);
        for (int length = 0; length < whole.length; length++) {
            Token start = Token.of(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> KerberosRequest.parse(start)).isInstanceOf(MalformedException.class);
        }
    }

    /** AS-REP, AP-REQ, KRB-ERROR, an LDAP bind, HTTP, TLS, nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "6b0100",
                "6e0100",
                "7e0100",
                "300c020101600702010304008000",
                "474554202f",
                "16030100",
                "",
                "6a",
                "6e"
            })
    void otherMessagesAreMalformed(String hex) {
        assertThatThrownBy(() -> KerberosRequest.parse(Token.of(HexFormat.of().parseHex(hex))))
                .isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @CsvSource({"2, true", "14, true", "16, true", "151, true", "128, false", "149, false", "138, false", "3, false"})
    void onlyProofsOfThePasswordCountAsSuch(int type, boolean provesPassword) throws Exception {
        byte[] message = request(
                10,
                preAuthentication(133, type),
                options(),
                context(1, name(1, "a")),
                context(2, string("R")),
                nonce());
        assertThat(KerberosRequest.parse(Token.of(message)))
                .isInstanceOfSatisfying(
                        Authentication.class,
                        parsed -> assertThat(parsed.provesPassword()).isEqualTo(provesPassword));
    }

    /** A KDC looks at what is inside the armour, where another client may be named. */
    @Test
    void proofBesideAnArmourIsNone() throws Exception {
        byte[] message = request(
                10, preAuthentication(2, 136), options(), context(1, name(1, "a")), context(2, string("R")), nonce());
        assertThat(KerberosRequest.parse(Token.of(message)))
                .isInstanceOfSatisfying(
                        Authentication.class,
                        parsed -> assertThat(parsed.provesPassword()).isFalse());
    }

    @Test
    void serverIsTheTicketGrantingServiceUnlessNamed() throws Exception {
        assertThat(KerberosRequest.parse(Token.of(guess("alice"))))
                .isEqualTo(new Authentication("MIT.TEST", ALICE, KRBTGT, true, false));
    }

    @Test
    void namesAreUtf8AsWindowsWritesThem() throws Exception {
        assertThat(client(string("jürgen"))).isEqualTo("jürgen");
        assertThatThrownBy(() ->
                        client(DerWriter.value(Der.GENERAL_STRING, "jürgen".getBytes(StandardCharsets.ISO_8859_1))))
                .hasMessage("KerberosString that is not UTF-8");
    }

    private static String client(byte[] part) throws MalformedException {
        byte[] name = DerWriter.value(
                Der.SEQUENCE, context(0, DerWriter.integer(1)), context(1, DerWriter.value(Der.SEQUENCE, part)));
        return ((Authentication) KerberosRequest.parse(Token.of(guess(name, "R"))))
                .client()
                .text();
    }

    /** Two programs that read one message differently would charge the guess to one account and make it at another. */
    @Test
    void secondClientIsMalformed() {
        byte[] alice = context(1, name(1, "alice"));
        byte[] bob = context(1, name(1, "bob"));
        byte[] realm = context(2, string("MIT.TEST"));
        assertMalformed(
                request(10, preAuthentication(2), options(), alice, bob, realm), "DER tag 0xa1 (expected 0xa2)");
        assertMalformed(
                request(10, preAuthentication(2), options(), alice, realm, bob), "tag 0xa1 behind 0xa3 in a req-body");
        assertMalformed(
                request(10, preAuthentication(2), options(), alice, realm, nonce(), realm),
                "tag 0xa2 behind 0xa7 in a req-body");
        assertMalformed(
                request(10, preAuthentication(2), options(), alice, realm, nonce(), nonce()),
                "tag 0xa7 behind 0xa7 in a req-body");
        assertMalformed(
                request(10, preAuthentication(2), options(), alice, realm, context(12)),
                "tag 0xac behind 0xa3 in a req-body");
    }

    @Test
    void messageThatIsNotWhatItSaysIsMalformed() {
        byte[] realm = context(2, string("MIT.TEST"));
        byte[] alice = context(1, name(1, "alice"));
        assertMalformed(request(10, preAuthentication(2), options(), realm), "AS-REQ without cname");
        assertMalformed(request(10, preAuthentication(2), realm, alice), "DER tag 0xa2 (expected 0xa0)");
        assertMalformed(request(10, new byte[0], options(), context(1, name(1)), realm), "name without components");
        assertMalformed(
                request(10, new byte[0], options(), context(1, name(1, "a\0b")), realm),
                "KerberosString with control characters");
        assertMalformed(
                request(10, new byte[0], options(), alice, context(2, string(""))),
                "KerberosString of 0 bytes (expected 1 to 512)");
        assertMalformed(
                request(10, new byte[0], options(), alice, context(2, string("R".repeat(513)))),
                "KerberosString of 513 bytes (expected 1 to 512)");
        assertMalformed(request(10, preAuthentication(new int[65]), options(), alice, realm), "more than 64 padata");
        String[] parts = new String[9];
        Arrays.fill(parts, "a");
        assertMalformed(
                request(10, new byte[0], options(), context(1, name(1, parts)), realm),
                "name of more than 8 components");
        byte[] disguised = request(12, new byte[0], options(), realm);
        disguised[0] = 0x6a;
        assertMalformed(disguised, "msg-type 12 (expected 10)");
        byte[] old = request(12, new byte[0], options(), realm);
        assertThat(old[8]).isEqualTo((byte) 5);
        old[8] = 4;
        assertMalformed(old, "pvno 4 (expected 5)");
    }

    @Test
    void passwordFrameMustFit() {
        byte[] frame = Samples.recorded("kpasswd-req");
        byte[] longTicket = frame.clone();
        longTicket[4] = (byte) 0xff;
        assertMalformed(longTicket, "AP-REQ of 65355 bytes (expected at most 680)");
        byte[] otherVersion = frame.clone();
        otherVersion[3] = 2;
        assertMalformed(otherVersion, "neither AS-REQ nor TGS-REQ nor a change of a password");
        byte[] setPassword = frame.clone();
        setPassword[2] = (byte) 0xff;
        setPassword[3] = (byte) 0x80;
        assertThat(PasswordFrame.looksLike(setPassword)).isTrue();
        byte[] otherService = frame.clone();
        int service = new String(frame, StandardCharsets.ISO_8859_1).indexOf("changepw");
        otherService[service] = 'x';
        assertMalformed(otherService, "ticket in a change of a password (expected one for kadmin/changepw)");
    }
}
