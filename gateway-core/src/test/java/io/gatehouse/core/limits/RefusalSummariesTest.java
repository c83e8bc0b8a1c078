package io.gatehouse.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.limits.RefusalSummaries.Summary;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalSummariesTest {
    private static final InetAddress MALLORY = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress TRUDY = InetAddress.ofLiteral("192.0.2.2");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000); // monotonic clocks may overflow
    private final List<Summary> told = new ArrayList<>();
    private final RefusalSummaries summaries = new RefusalSummaries(nanos::get, told::add);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private long writtenOf(int refusals, InetAddress client, String kind, String about, int inFull) {
        return IntStream.range(0, refusals)
                .filter(_ -> summaries.isWritten(client, kind, about, inFull))
                .count();
    }

    @Test
    void theFirstOnesAreWrittenAndTheRestOfTheMinuteIsOneSummary() {
        assertThat(writtenOf(100_000, MALLORY, "request refused: 404", "", 1)).isEqualTo(1);
        pass(Duration.ofSeconds(59));
        summaries.tellEnded();
        assertThat(told).isEmpty();

        pass(Duration.ofSeconds(1));
        summaries.tellEnded();
        assertThat(told)
                .containsExactly(new Summary(MALLORY, "request refused: 404", "", 99_999, Duration.ofMinutes(1)));
        assertThat(writtenOf(3, MALLORY, "request refused: 404", "", 1))
                .as("in the next minute")
                .isEqualTo(1);
    }

    @Test
    void whatDoesNotRepeatHasNoSummary() {
        assertThat(writtenOf(5, MALLORY, "sign-in refused", "alice", 5)).isEqualTo(5);
        pass(Duration.ofMinutes(2));
        summaries.tellEnded();
        assertThat(told).isEmpty();
    }

    @Test
    void otherSourcesAccountsAndKindsAreWrittenAllTheSame() {
        assertThat(writtenOf(10, MALLORY, "sign-in refused", "alice", 2)).isEqualTo(2);
        assertThat(writtenOf(10, MALLORY, "sign-in refused", "bob", 2)).isEqualTo(2);
        assertThat(writtenOf(10, MALLORY, "request refused: 400", "", 1)).isEqualTo(1);
        assertThat(writtenOf(10, TRUDY, "sign-in refused", "alice", 2)).isEqualTo(2);
    }

    @Test
    void aRefusalTellsOfTheMinuteBeforeItEvenWithoutATimer() {
        writtenOf(3, MALLORY, "request refused: 400", "", 1);
        pass(Duration.ofSeconds(61));
        summaries.isWritten(TRUDY, "request refused: 400", "", 1);
        assertThat(told).containsExactly(new Summary(MALLORY, "request refused: 400", "", 2, Duration.ofSeconds(61)));
    }

    /** Many names of accounts from one source are counted, and cost no memory. */
    @Test
    void oneSourceHasAShareOfKinds() {
        long written = IntStream.range(0, 1000)
                .filter(number -> summaries.isWritten(MALLORY, "sign-in refused", "user" + number, 5))
                .count();
        assertThat(written).isEqualTo(64);
        summaries.tellAll();
        assertThat(told).containsExactly(new Summary(MALLORY, "refusals of other kinds", "", 936, Duration.ZERO));

        told.clear();
        assertThat(writtenOf(1, MALLORY, "sign-in refused", "user999", 5))
                .as("when its kinds are over")
                .isEqualTo(1);
    }

    @Test
    void memoryIsBoundedAndWhatIsTooMuchIsCounted() throws UnknownHostException {
        int written = 0;
        for (int number = 0; number < 20_000; number++) {
            byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
            written += summaries.isWritten(InetAddress.getByAddress(address), "request refused: 404", "", 1) ? 1 : 0;
        }
        assertThat(written).isEqualTo(16_384);
        pass(Duration.ofMinutes(1));
        summaries.tellEnded();
        assertThat(told)
                .containsExactly(new Summary(
                        InetAddress.ofLiteral("10.0.78.31"),
                        "refusals of many sources",
                        "",
                        3616,
                        Duration.ofMinutes(1)));
        assertThat(writtenOf(1, TRUDY, "request refused: 404", "", 1)).isEqualTo(1);
    }

    @Test
    void oneIpv6NetworkIsOneSource() {
        assertThat(summaries.isWritten(InetAddress.ofLiteral("2001:db8::1"), "k", "", 1))
                .isTrue();
        assertThat(summaries.isWritten(InetAddress.ofLiteral("2001:db8::2"), "k", "", 1))
                .isFalse();
        summaries.tellAll();
        assertThat(told).containsExactly(new Summary(InetAddress.ofLiteral("2001:db8::2"), "k", "", 1, Duration.ZERO));
    }
}
