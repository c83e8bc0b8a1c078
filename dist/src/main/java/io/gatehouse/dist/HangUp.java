package io.gatehouse.dist;

import java.lang.reflect.Proxy;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears SIGHUP. The JDK has no other way to do so than {@code sun.misc.Signal}, which the compiler refuses to name
 * without a warning: it is found at run time, and where it is missing, the signal does what it always does.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    /** Runs {@code action} at each SIGHUP from now on, one at a time, by a thread of its own. */
    static void calls(Runnable action) {
        ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("reload").factory());
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listening = Proxy.newProxyInstance(
                    HangUp.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        return switch (method.getName()) {
                            case "handle" -> {
                                thread.execute(() -> run(action));
                                yield null;
                            }
                            case "equals" -> false; // nobody compares it
                            case "hashCode" -> System.identityHashCode(proxy);
                            default -> "SIGHUP";
                        };
                    });
            Object hangUp = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hangUp, listening);
        } catch (ReflectiveOperationException | IllegalArgumentException exception) {
            LOG.atWarn().setCause(exception).log("SIGHUP is not heard: the configuration cannot be reloaded by it");
        }
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException exception) {
            LOG.atError().setCause(exception).log("the configuration was not reloaded");
        }
    }
}
