package io.gatehouse.core.config;

import java.util.List;
import java.util.stream.Collectors;

/** What a reload of the configuration came to. Digests are SHA-256 of files, in hexadecimal. */
public sealed interface ReloadAnswer {
    /** The digest of the configuration in force before it. */
    String before();

    /** The digest of the configuration in force from now on. */
    String inForce();

    /** One line for the log, of bounded length. */
    String text();

    /**
     * The file is in force.
     *
     * @param keys the keys that it changed; none when it is the same
     * @param warnings what is legal in it but hardly meant
     */
    record Applied(String before, String inForce, List<String> keys, List<String> warnings) implements ReloadAnswer {
        public Applied {
            keys = List.copyOf(keys);
            warnings = List.copyOf(warnings);
        }

        @Override
        public String text() {
            return keys.isEmpty() ? "nothing has changed" : "changed: " + some(keys, ", ");
        }
    }

    /**
     * The file cannot be used; the configuration before it stays in force.
     *
     * @param problems all that is wrong with it
     * @param needingRestart the keys that it changes, and a running gateway cannot; then nothing else is wrong with it
     */
    record Refused(String inForce, List<String> problems, List<String> needingRestart) implements ReloadAnswer {
        public Refused {
            problems = List.copyOf(problems);
            needingRestart = List.copyOf(needingRestart);
        }

        @Override
        public String before() {
            return inForce;
        }

        @Override
        public String text() {
            return "the configuration before it stays in force: "
                    + (needingRestart.isEmpty()
                            ? some(problems, "; ")
                            : "these keys need a restart: " + some(needingRestart, ", "));
        }
    }

    /** A file may have thousands of problems, and log lines have an end. */
    private static String some(List<String> all, String between) {
        int most = 20;
        String text = all.stream()
                .limit(most)
                .map(each -> each.length() > 300 ? each.substring(0, 300) + "…" : each)
                .collect(Collectors.joining(between));
        return all.size() > most ? text + between + (all.size() - most) + " more" : text;
    }
}
