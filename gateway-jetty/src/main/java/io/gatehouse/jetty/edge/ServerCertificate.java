package io.gatehouse.jetty.edge;

import io.gatehouse.api.Finding;
import io.gatehouse.api.ServerNames;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.formats.digest.Thumbprints;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The certificate of one TLS server, which can be renewed while the server runs. Files that cannot be used leave the
 * certificate before them in force. Safe for use by many threads.
 */
public final class ServerCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);

    private static final Duration BETWEEN_REMINDERS = Duration.ofDays(1);

    private final Clock clock;
    private final String place;
    private final Source source;
    private volatile TlsIdentity current;
    private String versionInForce;
    /** How often it was replaced. */
    private int replacements;
    /** What the look before this one found. */
    private String versionSeen = "";
    /** The version that cannot be used, of which the log has a line. */
    private String versionRefused = "";
    /** Of that version. */
    private volatile Optional<String> problem = Optional.empty();

    /** Where the certificate and its key are kept. */
    interface Source {
        /** Names what is kept there now; another name when it has changed. */
        String version() throws GatewayStartException;

        /** Reads and checks it. */
        TlsIdentity read() throws GatewayStartException;

        /** One of its two answers. */
        @FunctionalInterface
        interface Answer<T> {
            T get() throws GatewayStartException;
        }

        static Source of(Answer<String> version, Answer<TlsIdentity> identity) {
            return new Source() {
                @Override
                public String version() throws GatewayStartException {
                    return version.get();
                }

                @Override
                public TlsIdentity read() throws GatewayStartException {
                    return identity.get();
                }
            };
        }
    }

    /** What became of a look at the files. */
    enum Look {
        UNCHANGED,
        REPLACED,
        REFUSED
    }

    private Instant nextReminder = Instant.EPOCH;

    private ServerCertificate(String place, Source source, String version, TlsIdentity current, Clock clock) {
        this.clock = clock;
        this.place = place;
        this.source = source;
        this.versionInForce = version;
        this.current = current;
    }

    /**
     * Reads it for the first time.
     *
     * @param place the server, as the configuration has it, for the log
     * @throws GatewayStartException with the reason why it cannot be used
     */
    static ServerCertificate open(String place, Source source, Clock clock) throws GatewayStartException {
        String version = source.version();
        return new ServerCertificate(place, source, version, source.read(), clock);
    }

    /**
     * That of a server beside the listeners.
     *
     * @param table of the configuration, for messages and the log
     * @throws GatewayStartException with the reason why the pair cannot be used
     */
    public static ServerCertificate ofFiles(String table, Path certificate, Path key, Clock clock)
            throws GatewayStartException {
        CertificateFiles files = new CertificateFiles(CertificatePaths.ofPem(certificate, key), List.of());
        return open(table, Source.of(files::digest, () -> identity(table, TlsFiles.read(files.paths(), clock))), clock);
    }

    private static TlsIdentity identity(String table, TlsFiles pair) throws GatewayStartException {
        X509Certificate leaf = pair.chain().getFirst();
        return new TlsIdentity(
                pair.serverTls(table, Optional.empty(), Optional.empty()),
                pair.chain(),
                TlsFiles.channelBindings(leaf),
                List.of(),
                List.of(),
                ServerNames.NONE.and(TlsFiles.names(leaf)));
    }

    /** What clients see that connect now. */
    TlsIdentity current() {
        return current;
    }

    /** The names in the certificate, and others that the configuration has for the server. */
    public ServerNames names() {
        return current.names();
    }

    /** Why its changed files are not in force; empty when they are. */
    Optional<String> problem() {
        return problem;
    }

    /** When it ends. */
    Instant end() {
        return current.certificate().getNotAfter().toInstant();
    }

    /**
     * Reads the files again, if they have changed.
     *
     * @return puts what was read into force; empty when the files are those in force
     * @throws GatewayStartException with the reason why they cannot be used
     */
    synchronized Optional<Runnable> renewal() throws GatewayStartException {
        String version = source.version();
        if (version.equals(versionInForce)) {
            return Optional.empty();
        }
        TlsIdentity next = source.read().after(current, clock.instant());
        int readAfter = replacements;
        return Optional.of(() -> replaceUnlessNewer(readAfter, version, next));
    }

    /** A look in between has read the files later. */
    private synchronized void replaceUnlessNewer(int readAfter, String version, TlsIdentity next) {
        if (replacements == readAfter) {
            replace(version, next);
        }
    }

    /**
     * Puts changed files into force. Files that cannot be used are told once, and not at the first look: whoever
     * replaces certificate and key one after the other has written both by the next one.
     */
    synchronized Look look() {
        String version = "";
        current = current.at(clock.instant());
        try {
            version = source.version();
            if (version.equals(versionInForce)) {
                versionSeen = version;
                versionRefused = "";
                problem = Optional.empty();
                return Look.UNCHANGED;
            }
            replace(version, source.read().after(current, clock.instant()));
            return Look.REPLACED;
        } catch (GatewayStartException e) {
            String found = version.isEmpty() ? String.valueOf(e.getMessage()) : version;
            boolean settled = found.equals(versionSeen);
            versionSeen = found;
            if (!settled || found.equals(versionRefused)) {
                return Look.UNCHANGED;
            }
            versionRefused = found;
            problem = Optional.of(String.valueOf(e.getMessage()));
            LOG.atError()
                    .addKeyValue("server", place)
                    .addKeyValue("reason", e.getMessage())
                    .addKeyValue("inForceUntil", end())
                    .log("the new TLS certificate cannot be used; the one before it stays in force");
            return Look.REFUSED;
        }
    }

    private synchronized void replace(String version, TlsIdentity next) {
        current = next;
        replacements++;
        versionInForce = version;
        versionSeen = version;
        versionRefused = "";
        problem = Optional.empty();
        LOG.atInfo()
                .addKeyValue("server", place)
                .addKeyValue(
                        "subject", next.certificate().getSubjectX500Principal().getName())
                .addKeyValue("sha256", Thumbprints.sha256(next.certificate()))
                .addKeyValue("expires", end())
                .log("TLS certificate replaced");
        warn(CertificateChainCheck.findings(place, next.chain(), clock));
    }

    private static void warn(List<Finding> findings) {
        findings.forEach(finding -> LOG.atWarn()
                .addKeyValue("reason", finding.cause())
                .addKeyValue("code", finding.code())
                .log("clients may not accept the TLS certificate"));
    }

    /** Says in the log when the certificate ends soon or has ended, once a day. */
    synchronized void remindOfEnd() {
        Instant now = clock.instant();
        X509Certificate certificate = current.certificate();
        if (now.isBefore(nextReminder) || !CertificateChainCheck.endsSoon(certificate, now)) {
            return;
        }
        nextReminder = now.plus(BETWEEN_REMINDERS);
        LOG.atLevel(now.isAfter(end()) ? Level.ERROR : Level.WARN)
                .addKeyValue("server", place)
                .addKeyValue("expires", end())
                .log(now.isAfter(end()) ? "the TLS certificate has expired" : "the TLS certificate expires soon");
    }
}
