package io.gatehouse.dist;

import java.lang.reflect.Proxy;

/**
 * Hears signals, which the JDK lets programs do by {@code sun.misc.Signal} only. The compiler refuses to name that
 * without a warning: so it is found at run time.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs {@code action} for each signal from now on, instead of what the signal does otherwise, by a thread of its
     * own.
     *
     * @param name {@code HUP}, for example
     * @throws ReflectiveOperationException when there is no {@code sun.misc.Signal}
     * @throws IllegalArgumentException when the signal cannot be heard
     */
    static void hear(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object listening = Proxy.newProxyInstance(
                Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "handle" -> {
                            action.run();
                            yield null;
                        }
                        case "equals" -> false; // nobody compares it
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> "SIG" + name;
                    };
                });
        Object heard = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handler).invoke(null, heard, listening);
    }
}
