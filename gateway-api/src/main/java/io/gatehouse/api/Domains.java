package io.gatehouse.api;

import java.util.List;
import java.util.Optional;

/**
 * The domains that the configuration names ({@code [[domain]]}). Immutable.
 *
 * @param all in the order of the file; no name belongs to two of them
 */
public record Domains(List<Domain> all) {
    /** No domain is configured. */
    public static final Domains NONE = new Domains(List.of());

    public Domains {
        all = List.copyOf(all);
    }

    /** The domain that goes by {@code name}, case ignored. */
    public Optional<Domain> find(String name) {
        return all.stream().filter(domain -> domain.isNamed(name)).findFirst();
    }

    /** The canonical form of a domain's name: that of the configuration, or {@code name} itself where it is unknown. */
    public String canonical(String name) {
        return find(name).map(Domain::name).orElse(name);
    }

    /**
     * The gateway's own domain, the first of the file: a rule that names a group without a domain means a group of it,
     * too.
     */
    public Optional<Domain> own() {
        return all.stream().findFirst();
    }

    /**
     * The name by which rules know a group: {@code name} alone when the group has no domain or is one of the
     * {@linkplain #own() own} domain, {@code DOMAIN\name} otherwise. A backslash in {@code name} is part of it and
     * leads to no other domain; only the name of the very domain may stand before it.
     *
     * @param domain of the group, by any of its names; empty for groups of the gateway itself
     */
    public String groupName(Optional<String> domain, String name) {
        Optional<String> canonical = domain.map(this::canonical);
        int backslash = name.indexOf('\\');
        boolean repeated = canonical.isPresent()
                && backslash > 0
                && backslash < name.length() - 1
                && Domain.isSameName(canonical(name.substring(0, backslash)), canonical.get());
        return ruleName(canonical, repeated ? name.substring(backslash + 1) : name);
    }

    private String ruleName(Optional<String> canonical, String bare) {
        boolean isOwn = canonical.isEmpty()
                || own().filter(own -> own.isNamed(canonical.get())).isPresent();
        return isOwn && bare.indexOf('\\') < 0 ? bare : canonical.orElse("") + "\\" + bare;
    }

    /**
     * The same for a name that has its domain in front, {@code DOMAIN\name}, as rules write it and as those say it who
     * know the domain of each group. Doing so again changes nothing.
     */
    public String groupName(String qualified) {
        int backslash = qualified.indexOf('\\');
        if (backslash < 0) {
            return qualified;
        }
        Optional<String> domain = Optional.of(qualified.substring(0, backslash)).filter(text -> !text.isEmpty());
        return ruleName(domain.map(this::canonical), qualified.substring(backslash + 1));
    }

    /** The only domain, for providers that were not told which one they are for. */
    public Optional<Domain> only() {
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }
}
