package io.gatehouse.provider.kerberos.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;

/**
 * Whatever a client or a KDC sends, it is a message or malformed. The seeds are of MIT's library with MIT's KDC and
 * Samba's.
 */
class MessageFuzzTest {
    private static void assertSaysWhere(MalformedException e) {
        assertThat(e.getMessage()).isNotBlank().matches(text -> text.chars().noneMatch(Character::isISOControl));
    }

    @FuzzTest
    void everyTokenIsReadOrMalformed(byte[] bytes) {
        try {
            GssToken token = GssToken.parse(Token.of(bytes));
            assertThat(GssToken.parse(token.encode())).isEqualTo(token);
            ApRequest request = ApRequest.parse(token.message().bytes());
            assertThat(request.ticket().service().chars()).noneMatch(Character::isISOControl);
            assertThat(request.ticket().part().version().orElse(0)).isBetween(0L, 0xffffffffL);
        } catch (MalformedException e) {
            assertSaysWhere(e);
        }
    }

    @FuzzTest
    void everyTicketIsReadOrMalformed(byte[] bytes) {
        try {
            TicketPart part = TicketPart.parse(bytes);
            assertThat(part.clientName().chars()).noneMatch(Character::isISOControl);
            assertThat(part.client().components()).isNotEmpty();
            for (AuthorizationData data : part.authorizationData()) {
                if (data.type() == AuthorizationData.IF_RELEVANT) {
                    assertThat(data.elements()).hasSizeLessThan(65);
                }
            }
        } catch (MalformedException e) {
            assertSaysWhere(e);
        }
    }

    @FuzzTest
    void everyAuthenticatorIsReadOrMalformed(byte[] bytes) {
        try {
            Authenticator authenticator = Authenticator.parse(bytes);
            assertThat(authenticator.microseconds()).isBetween(0, 999_999);
            assertThat(authenticator.sequenceNumber()).isBetween(0L, 0xffffffffL);
            assertThat(authenticator.time()).isAfterOrEqualTo(authenticator.seconds());
        } catch (MalformedException e) {
            assertSaysWhere(e);
        }
    }
}
