package io.gatehouse.jetty.edge;

import io.gatehouse.jetty.metrics.CounterFamily;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.scheduling.RegularLook;
import io.gatehouse.jetty.startup.GatewayStartException;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts renewed certificates of the gateway's TLS servers into force: by itself, some seconds after their files have
 * changed, and whenever the configuration is reloaded. Nobody is disconnected. Looks by a thread of its own, for which
 * nobody waits.
 */
public final class CertificateReload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateReload.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final String REPLACED = "replaced";
    private static final String REFUSED = "refused";

    private final List<ServerCertificate> all = new CopyOnWriteArrayList<>();
    private final List<Runnable> actions = new CopyOnWriteArrayList<>();
    private final CounterFamily counts;
    private final RegularLook looks = new RegularLook("certificates", this::look);

    /** Watches none yet. */
    @Inject
    public CertificateReload(MetricRegistry metrics) {
        this.counts = metrics.counters(
                        "gatehouse_certificate_reloads_total",
                        "Changed TLS certificates of servers, by whether they were put into force.",
                        "outcome")
                .beginningWith(REPLACED)
                .beginningWith(REFUSED);
    }

    /** Watches one more. */
    public void add(ServerCertificate certificate) {
        all.add(certificate);
    }

    /** Lets {@code action} run at each reload of the configuration that is put into force. */
    public void alsoRun(Runnable action) {
        actions.add(action);
    }

    /** Looks from now on, until it is closed. */
    public void start() {
        looks.start(BETWEEN_LOOKS);
    }

    /** Why changed files are not in force, of the first whose files are not. */
    public Optional<String> problem() {
        return all.stream().flatMap(each -> each.problem().stream()).findFirst();
    }

    /** Puts those into force that have changed. */
    void look() {
        for (ServerCertificate certificate : all) {
            try {
                certificate.remindOfEnd();
                switch (certificate.look()) {
                    case REPLACED -> counts.count(REPLACED);
                    case REFUSED -> counts.count(REFUSED);
                    case UNCHANGED -> {}
                }
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("a look at the files of a TLS certificate failed");
            }
        }
    }

    /**
     * Changed certificates that were read.
     *
     * @param putIntoForce those that can be used
     * @param problems why others cannot; the ones before them stay in force
     */
    public record Renewals(Runnable putIntoForce, List<String> problems) {
        public Renewals {
            problems = List.copyOf(problems);
        }
    }

    /** Reads those again that have changed. */
    public Renewals prepare() {
        List<Runnable> renewals = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (ServerCertificate certificate : all) {
            try {
                Optional<Runnable> renewal = certificate.renewal();
                renewal.ifPresent(renewals::add);
            } catch (GatewayStartException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            counts.count(REFUSED);
        }
        return new Renewals(
                () -> {
                    for (Runnable renewal : renewals) {
                        renewal.run();
                        counts.count(REPLACED);
                    }
                    actions.forEach(Runnable::run);
                },
                problems);
    }

    @Override
    public void close() {
        looks.close();
    }
}
