package io.gatehouse.provider.kerberos;

import io.gatehouse.formats.keytab.KeytabFile;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log, once, when a keytab gets into trouble, and when it is well again. Safe for use by many threads. */
final class KeytabWatch {
    private static final Logger LOG = LoggerFactory.getLogger(KeytabWatch.class);

    private final AtomicReference<List<String>> told = new AtomicReference<>(List.of());

    void look(List<KeytabFile> keytabs) {
        List<String> problems = keytabs.stream()
                .map(KeytabFile::problem)
                .flatMap(Optional::stream)
                .toList();
        List<String> before = told.getAndSet(problems);
        if (before.equals(problems)) {
            return;
        }
        if (problems.isEmpty()) {
            LOG.atInfo().log("keytab can be loaded again");
        } else {
            LOG.atWarn()
                    .addKeyValue("problem", String.join("; ", problems))
                    .log("keytab cannot be loaded; still using the keys read before");
        }
    }
}
