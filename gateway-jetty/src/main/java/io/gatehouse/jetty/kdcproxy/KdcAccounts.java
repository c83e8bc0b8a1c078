package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Token;
import io.gatehouse.core.kdcproxy.AccountQuestion;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells about accounts of domains by what the domain's KDCs answer to an AS-REQ without pre-authentication.
 *
 * <p>Covers a domain once a KDC of it knew an account that had signed in: a gateway that reaches no KDC, or asks one of
 * another realm by mistake, knows nothing of its accounts. Who is missing in one KDC is asked about at all others,
 * since new accounts take a while to reach them all. Safe for use by many threads.
 */
public final class KdcAccounts implements AccountDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(KdcAccounts.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMinutes(1);

    private final Domains domains;
    private final KdcClient kdcs;
    private final Executor executor;
    private final MonotonicClock time;
    private final RandomGenerator random;
    /** As many as there are domains in the configuration. */
    private final Map<String, Realm> realms = new ConcurrentHashMap<>();

    /** What is known of the KDCs of a domain. */
    private static final class Realm {
        private final AtomicLong nextAttempt;
        private final AtomicBoolean told = new AtomicBoolean();
        private volatile boolean served;

        Realm(long now) {
            nextAttempt = new AtomicLong(now);
        }
    }

    /**
     * A directory that has asked nothing yet.
     *
     * @param executor where KDCs are asked for the first time
     * @param random for nonces
     */
    KdcAccounts(Domains domains, KdcClient kdcs, Executor executor, MonotonicClock time, RandomGenerator random) {
        this.domains = domains;
        this.kdcs = kdcs;
        this.executor = executor;
        this.time = time;
        this.random = random;
    }

    @Override
    public boolean covers(Identity identity) {
        return domain(identity).filter(domain -> isServed(domain, identity)).isPresent();
    }

    /** Not every KDC says that an account is disabled before it has seen the right password, and none tells groups. */
    @Override
    public boolean isComplete() {
        return false;
    }

    private Optional<Domain> domain(Identity identity) {
        return identity.domain().flatMap(domains::find);
    }

    /**
     * Whether a KDC knew an account of {@code domain}; where none did so far, {@code user} is asked about, who just
     * signed in.
     */
    private boolean isServed(Domain domain, Identity user) {
        if (domain.realm().isEmpty()) {
            return false;
        }
        Realm realm = realms.computeIfAbsent(domain.name(), _ -> new Realm(time.nanos()));
        long next = realm.nextAttempt.get();
        if (!realm.served
                && time.hasReached(next)
                && realm.nextAttempt.compareAndSet(next, time.in(BETWEEN_ATTEMPTS))) {
            executor.execute(() -> attempt(domain, user, realm));
        }
        return realm.served;
    }

    private void attempt(Domain domain, Identity user, Realm realm) {
        if (check(user) instanceof AccountStatus.Active) {
            realm.served = true;
            LOG.atInfo().addKeyValue("domain", domain.name()).log("accounts of a domain are checked at its KDCs");
        } else if (!realm.told.getAndSet(true)) {
            LOG.atInfo()
                    .addKeyValue("domain", domain.name())
                    .log("accounts of a domain are not checked: no KDC of it answers, or knows the user who signed in");
        }
    }

    @Override
    public AccountStatus check(Identity identity) {
        Optional<AccountQuestion> question =
                domain(identity).flatMap(domain -> AccountQuestion.about(identity, domain, random.nextInt()));
        if (question.isEmpty()) {
            return new AccountStatus.Unavailable("the user's domain is not configured");
        }
        Optional<Token> answer = kdcs.ask(
                question.get().request(), TIMEOUT, text -> question.get().read(text) instanceof AccountStatus.Active);
        return answer.map(question.get()::read)
                .orElseGet(() -> new AccountStatus.Unavailable("no KDC of the user's domain answers"));
    }
}
