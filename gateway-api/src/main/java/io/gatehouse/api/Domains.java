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

    /** The only domain, for providers that were not told which one they are for. */
    public Optional<Domain> only() {
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }
}
