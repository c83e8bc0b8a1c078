package io.gatehouse.core.config;

import io.gatehouse.core.config.GatewayConfig.RuleConfig;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Warns of words in rules that are legal names, but are hardly anybody's: they look like wildcards or methods and match nothing. */
final class RuleWords {
    /** The methods that sign-ins of the shipped providers have; {@code paa} is for {@code gatehouse rdp make}. */
    private static final Set<String> METHODS =
            Set.of("ntlm", "kerberos", "basic", "bearer", "oidc", "header", "assertion", "paa");

    private static final Set<String> EVERYTHING = Set.of("any", "all", "everyone", "everybody", "everything");

    private final Problems problems;
    private final Set<String> methods;

    /**
     * Warnings.
     *
     * @param providers names of the installed providers, after which others may call their methods
     */
    RuleWords(Problems problems, Set<String> providers) {
        this.problems = problems;
        this.methods = new TreeSet<>(METHODS);
        methods.addAll(providers);
    }

    void check(RuleConfig rule, String path) {
        warn(
                rule.methods(),
                path + ".methods",
                word -> !methods.contains(word) && !RuleCompiler.FORMER_METHODS.containsKey(word),
                "no sign-in method has this name"
                        + " (expected one of "
                        + methods.stream().map(Display::of).collect(Collectors.joining(", "))
                        + "; leave methods out for all)");
        RuleCompiler.FORMER_METHODS.forEach((former, now) ->
                warn(rule.methods(), path + ".methods", former::equals, "called " + Display.of(now) + " now"));
        String everyone = " (leave users and groups out for everyone who signed in)";
        warn(
                rule.users(),
                path + ".users",
                RuleWords::looksGeneral,
                "only an account of this very name matches" + everyone);
        warn(
                rule.groups(),
                path + ".groups",
                RuleWords::looksGeneral,
                "only a group of this very name matches" + everyone);
        warn(
                rule.targets(),
                path + ".targets",
                EVERYTHING::contains,
                "only a host of this very name matches" + " (expected \"*\" for every target)");
    }

    private static boolean looksGeneral(String word) {
        return word.indexOf('*') >= 0 || EVERYTHING.contains(word);
    }

    private void warn(List<String> words, String place, Predicate<String> suspicious, String message) {
        for (int i = 0; i < words.size(); i++) {
            if (suspicious.test(words.get(i).toLowerCase(Locale.ROOT))) {
                problems.warn(place + "[" + i + "]", Display.of(words.get(i)) + ": " + message);
            }
        }
    }
}
