package io.gatehouse.jetty.edge;

import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pair of a listener whose certificate comes from an ACME server: what the last renewal has left in its file. Until
 * there is one that can be used, a temporary one takes its place, so that the listener is there and challenges reach
 * it. One thread at a time.
 */
final class AcmePair {
    private static final Logger LOG = LoggerFactory.getLogger(AcmePair.class);

    private final CertificateFiles files;
    private final List<String> names;
    private final Clock clock;
    private @Nullable TlsFiles temporary;
    /** Whether the file had one that could be used; a worse one does not take its place. */
    private boolean served;

    AcmePair(CertificateFiles files, List<String> names, Clock clock) {
        this.files = files;
        this.names = List.copyOf(names);
        this.clock = clock;
    }

    /** As of {@link ServerCertificate.Source}. */
    String version() throws GatewayStartException {
        if (!served && Files.notExists(files.paths().certificate())) {
            return "temporary until " + end(temporary());
        }
        String digest = files.digest();
        return served || isUsable() ? digest : digest + ", and temporary until " + end(temporary());
    }

    private boolean isUsable() {
        try {
            TlsFiles.read(files.paths(), clock);
            return true;
        } catch (GatewayStartException e) {
            return false;
        }
    }

    /** The pair to show. */
    TlsFiles read() throws GatewayStartException {
        CertificatePaths paths = files.paths();
        if (!served && Files.notExists(paths.certificate())) {
            LOG.atWarn()
                    .addKeyValue("names", names)
                    .addKeyValue("until", end(temporary()))
                    .log("there is no certificate from the ACME server yet; clients see a temporary one, which they do"
                            + " not trust");
            return temporary();
        }
        try {
            TlsFiles pair = TlsFiles.read(paths, clock);
            served = true;
            return pair;
        } catch (GatewayStartException e) {
            if (served) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .addKeyValue("until", end(temporary()))
                    .log("the certificate from the ACME server cannot be used; clients see a temporary one, which they"
                            + " do not trust");
            return temporary();
        }
    }

    private static Instant end(TlsFiles pair) {
        return pair.chain().getFirst().getNotAfter().toInstant();
    }

    private TlsFiles temporary() throws GatewayStartException {
        TlsFiles known = temporary;
        if (known == null || !clock.instant().isBefore(end(known))) {
            known = TemporaryCertificate.make(names, clock);
            temporary = known;
        }
        return known;
    }
}
