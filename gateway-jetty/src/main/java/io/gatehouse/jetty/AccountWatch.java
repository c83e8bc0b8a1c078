package io.gatehouse.jetty;

import io.gatehouse.api.Identity;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountVerdict;
import io.gatehouse.jetty.scheduling.RegularLook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks at intervals about the accounts of users who have a tunnel or a portal session. Each provider is asked one
 * question after another, the account that waited longest first, so that a back end that is slow or silent holds up its
 * own users' checks only, and no sign-in.
 */
final class AccountWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccountWatch.class);
    /** Looks in an interval: an account is asked about at most one look later than it should be. */
    private static final int LOOKS = 10;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final AccountChecks accounts;
    private final Supplier<Collection<Identity>> users;
    private final Duration pause;
    private final Executor executor;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final RegularLook looks = new RegularLook("account-watch", this::look);

    /**
     * A watch that does not look yet.
     *
     * @param users those who have something open; some may be there more than once
     * @param interval that of {@code accounts}
     * @param executor where back ends are asked
     */
    AccountWatch(AccountChecks accounts, Supplier<Collection<Identity>> users, Duration interval, Executor executor) {
        this.accounts = accounts;
        this.users = users;
        Duration part = interval.dividedBy(LOOKS);
        this.pause = part.compareTo(LONGEST_PAUSE) < 0 ? part : LONGEST_PAUSE;
        this.executor = executor;
    }

    void start() {
        looks.start(pause);
    }

    /**
     * Begins to ask about those whose time has come; a provider that still answers the questions of before is left
     * alone.
     */
    void look() {
        Map<String, List<Identity>> due = new HashMap<>();
        for (Identity user : accounts.due(users.get())) {
            due.computeIfAbsent(user.provider(), _ -> new ArrayList<>()).add(user);
        }
        due.forEach((provider, waiting) -> {
            if (busy.add(provider)) {
                begin(provider, waiting);
            }
        });
    }

    /**
     * A task that could not begin must neither leave its provider busy for ever nor keep the others from being asked.
     */
    private void begin(String provider, List<Identity> waiting) {
        try {
            executor.execute(() -> ask(provider, waiting));
        } catch (Throwable refused) {
            busy.remove(provider);
            LOG.atError().addKeyValue("provider", provider).setCause(refused).log("accounts are not checked");
        }
    }

    private void ask(String provider, List<Identity> waiting) {
        try {
            Set<String> reasons = new HashSet<>();
            for (Identity user : waiting) {
                if (accounts.check(user) instanceof AccountVerdict.Unavailable(String reason, var _)) {
                    reasons.add(reason);
                }
            }
            tell(provider, reasons);
        } finally {
            busy.remove(provider);
        }
    }

    /** Once when it begins, and once when it is over. */
    private void tell(String provider, Set<String> reasons) {
        if (reasons.isEmpty()) {
            if (silent.remove(provider)) {
                LOG.atInfo().addKeyValue("provider", provider).log("accounts can be checked again");
            }
        } else if (silent.add(provider)) {
            LOG.atWarn()
                    .addKeyValue("provider", provider)
                    .addKeyValue("reason", reasons.iterator().next())
                    .log("accounts cannot be checked; tunnels and sessions of their users go on");
        }
    }

    @Override
    public void close() {
        looks.close();
    }
}
