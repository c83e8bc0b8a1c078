package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class of the tests in user and network namespaces of its own, where it is root and has every address. */
public final class JavaInNamespace {
    private final List<String> namespaces;
    private final List<String> script;
    private final List<String> options;

    /**
     * Where it runs.
     *
     * @param namespaces further options of unshare
     * @param script shell text and its first parameters; the program is in the parameters behind them
     * @param options of Java
     */
    public JavaInNamespace(List<String> namespaces, List<String> script, List<String> options) {
        this.namespaces = List.copyOf(namespaces);
        this.script = List.copyOf(script);
        this.options = List.copyOf(options);
    }

    /** Runs it to its end, which it has to announce by {@code all is well} and exit code 0. */
    public void run(Class<?> main, Path log, Duration limit) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--net"));
        command.addAll(namespaces);
        command.addAll(List.of("sh", "-c", script.getFirst(), "sh"));
        command.addAll(script.subList(1, script.size()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(limit.toSeconds(), TimeUnit.SECONDS))
                    .as(() -> text(log))
                    .isTrue();
            assertThat(process.exitValue()).as(() -> text(log)).isZero();
            assertThat(text(log)).contains("all is well");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
