package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountWatchTest {
    private static final Duration INTERVAL = Duration.ofMinutes(15);

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> asked = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private final List<Runnable> begun = new ArrayList<>();
    private final List<Identity> users = new ArrayList<>();
    private final Queue<Throwable> refusals = new ArrayDeque<>();

    private final AccountChecks checks = new AccountChecks(
            Map.of("one", new Directory(), "two", new Directory()),
            Domains.NONE,
            nanos::get,
            INTERVAL,
            new AccountListener() {
                @Override
                public void accountGone(Identity user, String reason) {
                    gone.add(user.user() + ": " + reason);
                }

                @Override
                public void directoryFailed(String provider, Throwable failure) {
                    throw new AssertionError(failure);
                }
            });
    private final AccountWatch watch = new AccountWatch(checks, () -> users, INTERVAL, this::begin);

    private final class Directory implements AccountDirectory {
        @Override
        public boolean covers(Identity identity) {
            return true;
        }

        @Override
        public AccountStatus check(Identity identity) {
            asked.add(identity.user());
            return identity.user().startsWith("removed")
                    ? new AccountStatus.Gone("removed")
                    : AccountStatus.Active.WITHOUT_GROUPS;
        }
    }

    private void begin(Runnable task) {
        switch (refusals.poll()) {
            case null -> begun.add(task);
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            case Throwable other -> throw new AssertionError(other);
        }
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private static Identity user(String provider, String name) {
        return Identity.local(provider, "basic", name, Set.of(), Set.of());
    }

    private void look(Duration later) {
        nanos.addAndGet(later.toNanos());
        watch.look();
    }

    private void work() {
        List<Runnable> now = List.copyOf(begun);
        begun.clear();
        now.forEach(Runnable::run);
    }

    @Test
    void everyUserIsAskedAboutOnceInAnInterval() {
        users.addAll(List.of(user("one", "alice"), user("one", "alice"), user("one", "removed")));
        look(Duration.ZERO);
        look(INTERVAL.minusNanos(1));
        assertThat(begun).isEmpty();
        look(Duration.ofNanos(1));
        work();
        assertThat(asked).containsExactlyInAnyOrder("alice", "removed");
        assertThat(gone).containsExactly("removed: removed");
        look(INTERVAL.dividedBy(2));
        assertThat(begun).isEmpty();
    }

    /** The executor may have no thread for a moment. */
    @Test
    void aTaskThatCouldNotBeginLeavesItsProviderWatched() {
        users.addAll(List.of(user("one", "removed"), user("two", "removed too")));
        look(Duration.ZERO);
        refusals.add(new RejectedExecutionException("full"));
        refusals.add(new OutOfMemoryError("unable to create native thread"));
        look(INTERVAL);
        assertThat(begun).isEmpty();
        look(Duration.ZERO);
        work();
        assertThat(gone).containsExactlyInAnyOrder("removed: removed", "removed too: removed");
    }

    /** One that still answers is not asked more; those of another provider do not wait for it. */
    @Test
    void aSlowBackEndHoldsUpItsOwnUsersOnly() {
        users.add(user("one", "alice"));
        look(Duration.ZERO);
        look(INTERVAL);
        Runnable slow = begun.removeFirst();
        users.add(user("two", "removed too"));
        look(Duration.ZERO);
        look(INTERVAL);
        assertThat(begun).hasSize(1);
        work();
        assertThat(gone).containsExactly("removed too: removed");
        slow.run();
        assertThat(asked).containsExactly("removed too", "alice");
    }
}
