package io.gatehouse.provider.kerberos;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;

/** Whatever a client sends, it is judged; nothing is thrown and nothing that has no key is accepted. */
class KerberosFuzzTest {
    private static final TokenMechanism MECHANISM = mechanism();

    private static TokenMechanism mechanism() {
        try {
            Forge forge = new Forge();
            Path keytab = Files.createTempFile("fuzz", ".keytab");
            keytab.toFile().deleteOnExit();
            forge.realm = "AD.TEST";
            Keytabs.write(
                    keytab,
                    new Keytabs.Entry(
                            java.util.List.of("HTTP", "gw.ad.test"), "AD.TEST", 2, 18, forge.serviceKey.value()));
            return Fixtures.mechanism(Fixtures.config(keytab), Clock.fixed(Forge.NOW, ZoneOffset.UTC));
        } catch (IOException | io.gatehouse.api.ProviderException e) {
            throw new AssertionError(e);
        }
    }

    @FuzzTest
    void everyTokenIsJudged(byte[] bytes) {
        try (Conversation conversation = MECHANISM.open(Fixtures.peer(Fixtures.BINDING), Venue.HTTP_AUTHORIZATION)) {
            Outcome.Rejected rejected = (Outcome.Rejected) conversation.next(Token.of(bytes));
            assertThat(rejected.reason()).isIn(Reason.MALFORMED, Reason.NOT_FOR_US, Reason.REFUSED);
            assertThat(rejected.detail())
                    .isNotBlank()
                    .hasSizeLessThan(10_000)
                    .matches(text -> text.chars().noneMatch(Character::isISOControl));
        }
    }
}
