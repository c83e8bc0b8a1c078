package io.gatehouse.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final FairQueue<String> queue = new FairQueue<>(100, 4);

    private static Source source(int number) {
        try {
            return new Source(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) number}));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> all() {
        List<String> taken = new ArrayList<>();
        for (Optional<String> next = queue.poll(); next.isPresent(); next = queue.poll()) {
            taken.add(next.get());
        }
        return taken;
    }

    @Test
    void sourcesTakeTurns() {
        for (String element : List.of("a1", "a2", "a3")) {
            queue.offer(source(1), Rank.NEW, element);
        }
        queue.offer(source(2), Rank.NEW, "b1");
        queue.offer(source(3), Rank.NEW, "c1");
        queue.offer(source(3), Rank.NEW, "c2");
        assertThat(all()).containsExactly("a1", "b1", "c1", "a2", "c2", "a3");
    }

    @Test
    void sourcesThatSignedInBeforeHaveEverySecondTurnAndNobodyStarves() {
        for (int i = 0; i < 4; i++) {
            queue.offer(source(1), Rank.GUESSED_WRONG, "wrong" + i);
            queue.offer(source(2), Rank.NEW, "new" + i);
            queue.offer(source(3), Rank.SIGNED_IN_BEFORE, "known" + i);
        }
        assertThat(all())
                .containsExactly(
                        "known0", "new0", "known1", "wrong0", "known2", "new1", "known3", "wrong1", "new2", "new3",
                        "wrong2", "wrong3");
    }

    @Test
    void aTurnThatItsRankDoesNotNeedGoesToTheFirstThatDoes() {
        queue.offer(source(1), Rank.GUESSED_WRONG, "wrong");
        queue.offer(source(2), Rank.NEW, "new");
        assertThat(all()).containsExactly("new", "wrong");
    }

    @Test
    void aSourceHasItsPartOnly() {
        for (int i = 0; i < 4; i++) {
            assertThat(queue.offer(source(1), Rank.NEW, "a" + i)).isTrue();
        }
        assertThat(queue.offer(source(1), Rank.NEW, "a5")).isFalse();
        assertThat(queue.offer(source(2), Rank.NEW, "b")).isTrue();
        assertThat(queue.offer(source(1), Rank.SIGNED_IN_BEFORE, "k"))
                .as("the owner behind the address of a guesser")
                .isTrue();
        assertThat(queue.size()).isEqualTo(6);
    }

    @Test
    void aRankHasItsPartOnly() {
        for (int i = 0; i < 100; i++) {
            assertThat(queue.offer(source(i), Rank.GUESSED_WRONG, "wrong" + i)).isTrue();
        }
        assertThat(queue.offer(source(101), Rank.GUESSED_WRONG, "one too many")).isFalse();
        assertThat(queue.offer(source(101), Rank.NEW, "new")).isTrue();
    }

    @Test
    void whatDoesNotWaitAnyMoreIsTakenOutOnce() {
        queue.offer(source(1), Rank.NEW, "a");
        queue.offer(source(1), Rank.NEW, "b");
        assertThat(queue.remove(source(1), Rank.NEW, "a")).isTrue();
        assertThat(queue.remove(source(1), Rank.NEW, "a")).isFalse();
        assertThat(queue.remove(source(2), Rank.NEW, "b")).isFalse();
        assertThat(all()).containsExactly("b");
        assertThat(queue.remove(source(1), Rank.NEW, "b")).isFalse();
        assertThat(queue.size()).isZero();
    }
}
