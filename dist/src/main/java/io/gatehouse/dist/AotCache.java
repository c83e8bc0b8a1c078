package io.gatehouse.dist;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether Java uses the AOT cache that the launcher gave it. */
final class AotCache {
    private static final Logger LOG = LoggerFactory.getLogger(AotCache.class);
    /** The launcher sets it to the file that it gave to Java. */
    private static final String USED = "gatehouse.aot.cache";

    private AotCache() {}

    /** Java itself says why a cache does not fit, on standard error; this says what to do. */
    static void warnIfUnused() {
        String file = System.getProperty(USED);
        if (file != null && !sharing()) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .log("the AOT cache is for another Java or other jars and is not used, so the start was slow; "
                            + "make it again: gatehouse aot-cache");
        }
    }

    /** Java switches all sharing off when it cannot use the file, and says "sharing" beside its version otherwise. */
    private static boolean sharing() {
        return System.getProperty("java.vm.info", "").contains("sharing");
    }
}
