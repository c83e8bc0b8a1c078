package io.gatehouse.core.limits;

import static io.gatehouse.core.limits.BodyMemory.Taken.NO;
import static io.gatehouse.core.limits.BodyMemory.Taken.SOURCE_HAS_ITS_SHARE;
import static io.gatehouse.core.limits.BodyMemory.Taken.YES;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {
    private static final InetAddress ALICE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress MALLORY = InetAddress.ofLiteral("192.0.2.2");
    private static final InetAddress TRUDY = InetAddress.ofLiteral("192.0.2.3");

    private final BodyMemory memory = new BodyMemory(100, 60);
    private final List<String> givenUp = new ArrayList<>();

    private BodyMemory.Body begin(InetAddress client, String name) {
        return memory.begin(client, () -> givenUp.add(name));
    }

    @Test
    void whatIsAnnouncedTakesNothing() {
        for (int i = 0; i < 10_000; i++) {
            begin(MALLORY, "silent");
        }
        assertThat(begin(ALICE, "good").take(60)).isEqualTo(YES);
        assertThat(memory.taken()).isEqualTo(60);
        assertThat(givenUp).isEmpty();
    }

    @Test
    void oneSourceHasAShare() {
        assertThat(begin(MALLORY, "first").take(60)).isEqualTo(YES);
        assertThat(begin(MALLORY, "second").take(1)).isEqualTo(SOURCE_HAS_ITS_SHARE);
        assertThat(begin(ALICE, "good").take(40)).isEqualTo(YES);
        assertThat(givenUp).isEmpty();
    }

    @Test
    void theBodyThatArrivesLongestMakesRoom() {
        BodyMemory.Body first = begin(MALLORY, "first");
        BodyMemory.Body second = begin(TRUDY, "second");
        assertThat(first.take(50)).isEqualTo(YES);
        assertThat(second.take(50)).isEqualTo(YES);
        assertThat(begin(ALICE, "good").take(10)).isEqualTo(YES);
        assertThat(givenUp).containsExactly("first");
        assertThat(first.take(1)).as("more of what was given up").isEqualTo(NO);
        first.close();
        assertThat(memory.taken()).isEqualTo(60);
    }

    @Test
    void whatHasArrivedIsNotGivenUp() {
        BodyMemory.Body first = begin(MALLORY, "first");
        BodyMemory.Body second = begin(TRUDY, "second");
        first.take(50);
        second.take(50);
        first.complete();
        second.complete();
        assertThat(begin(ALICE, "good").take(1)).isEqualTo(NO);
        second.close();
        second.close();
        assertThat(begin(ALICE, "good").take(50)).isEqualTo(YES);
        assertThat(givenUp).isEmpty();
        assertThat(memory.taken()).isEqualTo(100);
    }
}
