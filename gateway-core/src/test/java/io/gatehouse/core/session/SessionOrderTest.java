package io.gatehouse.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionOrderTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private static Session session(
            String id, String user, String source, String target, int minutes, int idle, long bytes) {
        return new Session(
                id,
                "correlation",
                Identity.local("local", "ntlm", user, Set.of(), Set.of()),
                new Session.Client(InetAddress.ofLiteral(source), Optional.of("laptop"), Optional.empty(), 0x0D, true),
                "websocket",
                new Target(target, 3389),
                InetAddress.ofLiteral("10.1.0.7"),
                "staff",
                Optional.empty(),
                NOON.plus(Duration.ofMinutes(minutes)),
                Duration.ofMinutes(idle),
                bytes,
                0);
    }

    private static final List<Session> THREE = List.of(
            session("1", "bob", "192.0.2.9", "pc10", 3, 9, 1000),
            session("2", "Alice", "2001:db8::1", "pc2", 1, 70, 99),
            session("3", "carol", "10.0.0.1", "pc1", 2, 8, 5_000_000_000L));

    @ParameterizedTest
    @CsvSource({
        "NEWEST,132",
        "OLDEST,231",
        "USER,213",
        "TARGET,312",
        "SOURCE,312",
        "IDLE,213",
        "BYTES,312",
    })
    void eachOrderIsWhatItSays(SessionOrder order, String ids) {
        ListPage<Session> page = order.page(THREE, _ -> true, 10, Optional.empty());

        assertThat(String.join("", page.entries().stream().map(Session::id).toList()))
                .isEqualTo(ids);
        assertThat(page.matched()).isEqualTo(3);
        assertThat(page.next()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SessionOrder.class)
    void pagesTogetherAreTheWholeListEachSessionOnce(SessionOrder order) {
        List<Session> all = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            all.add(session("id" + i, "user" + i % 7, "10.0.0." + i % 5, "pc" + i % 3, i % 11, i % 4, i % 13));
        }
        Collections.shuffle(all, new Random(1));
        List<String> seen = new ArrayList<>();
        Optional<SessionCursor> next = Optional.empty();
        do {
            ListPage<Session> page = order.page(all, _ -> true, 30, next);
            assertThat(page.matched()).isEqualTo(250);
            page.entries().forEach(session -> seen.add(session.id()));
            next = page.next().map(SessionOrderTest::parsed);
        } while (next.isPresent());
        assertThat(seen).hasSize(250).doesNotHaveDuplicates();
        assertThat(seen)
                .isEqualTo(order.page(all, _ -> true, 250, Optional.empty()).entries().stream()
                        .map(Session::id)
                        .toList());
    }

    private static SessionCursor parsed(String text) {
        return ((Parsed.Valid<SessionCursor>) SessionCursor.parse(text)).value();
    }

    /** One that ends between two pages does not hide another. */
    @Test
    void aSessionThatEndsBetweenPagesHidesNoOther() {
        ListPage<Session> first = SessionOrder.USER.page(THREE, _ -> true, 1, Optional.empty());
        List<Session> left =
                THREE.stream().filter(session -> !session.id().equals("2")).toList();

        ListPage<Session> second =
                SessionOrder.USER.page(left, _ -> true, 1, first.next().map(SessionOrderTest::parsed));

        assertThat(first.entries()).extracting(Session::id).containsExactly("2");
        assertThat(second.entries()).extracting(Session::id).containsExactly("1");
    }

    @Test
    void whatTheFilterRefusesIsNotCounted() {
        ListPage<Session> page =
                SessionOrder.NEWEST.page(THREE, session -> session.user().user().equals("bob"), 10, Optional.empty());

        assertThat(page.matched()).isEqualTo(1);
        assertThat(page.entries()).extracting(Session::id).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "%%%", "bmV3ZXN0", "Zm9vCmJhcgpiYXo", "bmV3ZXN0CmEKYgpj"})
    void otherTextIsNoCursor(String text) {
        assertThat(SessionCursor.parse(text)).isInstanceOf(Parsed.Faulty.class);
        assertThat(SessionCursor.parse("A".repeat(5000))).isInstanceOf(Parsed.Faulty.class);
    }
}
