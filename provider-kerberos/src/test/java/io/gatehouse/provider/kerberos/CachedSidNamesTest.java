package io.gatehouse.provider.kerberos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CachedSidNamesTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Forge.NOW);
    private final Map<String, String> directory = new HashMap<>(Map.of("S-1-1", "Staff"));
    private final List<Set<String>> asked = new ArrayList<>();
    private final CachedSidNames names = new CachedSidNames(
            sids -> {
                asked.add(sids);
                Map<String, String> found = new HashMap<>(directory);
                found.keySet().retainAll(sids);
                return found;
            },
            new Clock() {
                @Override
                public Instant instant() {
                    return now.get();
                }

                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                    throw new UnsupportedOperationException();
                }
            });

    @Test
    void namesAreAskedForOnceInFiveMinutes() {
        assertThat(names.namesOf(Set.of("S-1-1"))).containsExactly(Map.entry("S-1-1", "Staff"));
        directory.put("S-1-1", "Personnel");
        assertThat(names.namesOf(Set.of("S-1-1"))).containsValue("Staff");
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(5)));
        assertThat(names.namesOf(Set.of("S-1-1"))).containsValue("Personnel");
        assertThat(asked).hasSize(2);
    }

    @Test
    void whatWasNotFoundIsAskedForAgainAfterHalfAMinute() {
        assertThat(names.namesOf(Set.of("S-1-2"))).isEmpty();
        assertThat(names.namesOf(Set.of("S-1-2"))).isEmpty();
        assertThat(asked).hasSize(1);
        directory.put("S-1-2", "Lab");
        now.updateAndGet(time -> time.plusSeconds(30));
        assertThat(names.namesOf(Set.of("S-1-2"))).containsValue("Lab");
    }

    @Test
    void onlyWhatIsNotKnownIsAskedFor() {
        names.namesOf(Set.of("S-1-1"));
        names.namesOf(Set.of("S-1-1", "S-1-3"));
        assertThat(asked).containsExactly(Set.of("S-1-1"), Set.of("S-1-3"));
        assertThat(names.namesOf(Set.of())).isEmpty();
        assertThat(asked).hasSize(2);
    }
}
