package io.gatehouse.core.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Token;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerWriter;
import io.gatehouse.formats.kerberos.KerberosString;
import io.gatehouse.formats.kerberos.PrincipalName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountQuestionTest {
    private static final AccountQuestion QUESTION =
            AccountQuestion.about(user("alice"), Samples.MIT, -1).orElseThrow();

    private static Identity user(String name) {
        return new Identity(
                "kerberos", "kerberos", name, Optional.of("MIT"), Optional.empty(), Set.of(), Set.of(), Set.of());
    }

    private static Token error(int code, byte[]... further) {
        return Token.of(DerWriter.value(
                KerberosAnswer.KRB_ERROR,
                DerWriter.value(
                        Der.SEQUENCE,
                        DerWriter.field(0, DerWriter.integer(5)),
                        DerWriter.field(1, DerWriter.integer(30)),
                        DerWriter.field(6, DerWriter.integer(code)),
                        further.length > 0 ? further[0] : new byte[0],
                        further.length > 1 ? further[1] : new byte[0])));
    }

    private static byte[] text(String text) {
        return DerWriter.field(11, KerberosString.encode(text));
    }

    /** KERB-ERROR-DATA with a KERB-EXT-ERROR (MS-KILE 2.2.1, 2.2.2). */
    private static byte[] errorData(int type, long status) {
        byte[] value = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) status)
                .putInt(0)
                .putInt(1)
                .array();
        return DerWriter.sequence(
                DerWriter.field(1, DerWriter.integer(type)), DerWriter.field(2, DerWriter.octets(value)));
    }

    private static byte[] data(byte[] content) {
        return DerWriter.field(12, DerWriter.octets(content));
    }

    /** The gateway's own reader of such messages finds no proof of a password in it, so any KDC may get it. */
    @Test
    void theMessageIsAnAsReqWithoutPreAuthentication() throws Exception {
        PermittedRequest request = QUESTION.request();
        assertThat(KerberosRequest.parse(request.message()))
                .isEqualTo(new KerberosRequest.Authentication(
                        "MIT.TEST",
                        new PrincipalName(1, List.of("alice")),
                        PrincipalName.ticketGranting("MIT.TEST"),
                        false,
                        false));
        assertThat(request.isForOneKdc()).isFalse();
    }

    /** A KDC answers the same bytes with what it answered before. */
    @Test
    void noTwoMessagesAreTheSame() {
        AccountQuestion other =
                AccountQuestion.about(user("alice"), Samples.MIT, 7).orElseThrow();
        assertThat(other.request().message()).isNotEqualTo(QUESTION.request().message());
    }

    @Test
    void aNameOfTwoComponentsStaysOne() throws Exception {
        AccountQuestion admin =
                AccountQuestion.about(user("alice/admin"), Samples.MIT, 0).orElseThrow();
        assertThat(KerberosRequest.parse(admin.request().message()))
                .isInstanceOfSatisfying(
                        KerberosRequest.Authentication.class,
                        request -> assertThat(request.client().components()).containsExactly("alice", "admin"));
    }

    @ParameterizedTest
    @ValueSource(ints = {25, 23})
    void anAccountThatWouldNeedItsPasswordOrANewOneIsThere(int code) {
        assertThat(QUESTION.read(error(code))).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
    }

    @Test
    void anAccountThatGetsATicketIsThere() {
        assertThat(QUESTION.read(Token.of(new byte[] {0x6b, 0}))).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
    }

    @ParameterizedTest
    @CsvSource({"6, knows no such account any more", "1, the account has expired"})
    void anAccountThatIsUnknownOrExpiredIsGone(int code, String why) {
        assertThat(QUESTION.read(error(code)))
                .isInstanceOfSatisfying(
                        AccountStatus.Gone.class,
                        gone -> assertThat(gone.reason()).contains(why));
    }

    @ParameterizedTest
    @ValueSource(longs = {0xC0000072L, 0xC0000193L})
    void activeDirectorySaysWhetherAnAdministratorRevokedTheAccount(long status) {
        byte[] one = errorData(3, status);
        assertThat(QUESTION.read(error(18, data(one)))).isInstanceOf(AccountStatus.Gone.class);
        byte[] list = DerWriter.sequence(errorData(2, 0), one);
        assertThat(QUESTION.read(error(18, text("revoked"), data(list)))).isInstanceOf(AccountStatus.Gone.class);
    }

    /** Or anybody could end the work of the account's owner by guessing. */
    @ParameterizedTest
    @ValueSource(longs = {0xC0000234L, 0xC000006FL, 0xC0000070L})
    void anAccountThatIsLockedOrMayNotSignInNowIsThere(long status) {
        assertThat(QUESTION.read(error(18, data(errorData(3, status))))).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
    }

    @Test
    void theKdcOfMitSaysByItsTextWhy() {
        assertThat(QUESTION.read(error(18, text("CLIENT LOCKED OUT")))).isInstanceOf(AccountStatus.Gone.class);
        assertThat(QUESTION.read(error(18, text("LOCKED_OUT")))).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
    }

    @Test
    void aKdcThatDoesNotSayWhyEndsNobody() {
        for (Token answer : List.of(
                error(18),
                error(18, text("Client locked")),
                error(18, data(new byte[] {1, 2, 3})),
                error(18, data(errorData(3, 0))),
                error(18, text("LOCKED OUT?"), data(DerWriter.sequence())))) {
            assertThat(QUESTION.read(answer)).isInstanceOf(AccountStatus.Unavailable.class);
        }
    }

    /** Policy, wrong realm, no common encryption type, a fault of the KDC, and what is no answer at all. */
    @ParameterizedTest
    @ValueSource(ints = {7, 12, 14, 29, 60, 68})
    void everythingElseIsNotKnown(int code) {
        assertThat(QUESTION.read(error(code))).isInstanceOf(AccountStatus.Unavailable.class);
        assertThat(QUESTION.read(Token.of(new byte[] {0x6d, 0}))).isInstanceOf(AccountStatus.Unavailable.class);
    }
}
