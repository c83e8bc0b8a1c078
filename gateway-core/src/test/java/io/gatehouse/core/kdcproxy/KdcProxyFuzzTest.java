package io.gatehouse.core.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Token;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.formats.MalformedException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Whatever comes, only a whole message to a known realm goes on, and nothing is thrown. */
class KdcProxyFuzzTest {
    private static final KdcProxy PROXY = new KdcProxy(
            List.of(Samples.MIT),
            true,
            new GuessBudget(() -> 0, Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ofMillis(1)),
            Duration.ZERO,
            Clock.systemUTC());

    private static final AccountQuestion QUESTION = AccountQuestion.about(
                    Identity.local("kerberos", "kerberos", "alice", Set.of(), Set.of()), Samples.MIT, 0)
            .orElseThrow();

    @FuzzTest(maxDuration = "20s")
    void judge(byte[] data) throws MalformedException {
        switch (PROXY.judge(data, Samples.address("192.0.2.1"))) {
            case Verdict.Malformed(String why) -> assertThat(why).isNotBlank();
            case Verdict.Refused refused -> assertThat(refused.realm()).isNotEmpty();
            case Verdict.Throttled throttled -> assertThat(throttled.account()).isNotEmpty();
            case Verdict.Ask(PermittedRequest permitted) -> {
                assertThat(permitted.domain()).isEqualTo(Samples.MIT);
                KerberosRequest request = KerberosRequest.parse(permitted.message());
                assertThat(Samples.MIT.isNamed(request.realm())).isTrue();
                permitted.unanswered();
            }
        }
    }

    @FuzzTest(maxDuration = "20s")
    void answer(byte[] data) throws MalformedException {
        Token answer = Token.of(data);
        for (MessageType type : MessageType.values()) {
            KerberosAnswer.read(answer, type);
        }
        assertThat(QUESTION.read(answer)).isNotNull();
        if (Revocation.read(answer) != Revocation.UNTOLD) {
            assertThat(data[0] & 0xff).isEqualTo(KerberosAnswer.KRB_ERROR);
        }
        if (data.length > 0) {
            assertThat(KdcProxyMessage.parse(KdcProxyMessage.answer(answer)).message())
                    .isEqualTo(answer);
        }
    }
}
