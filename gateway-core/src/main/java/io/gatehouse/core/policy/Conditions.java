package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Cidr;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The circumstances under which a rule holds. All that are named must be met; what is empty is not asked for.
 *
 * @param claims values of claims, one of which each claim must have
 * @param multiFactor whether more than one factor must have been used
 * @param sources where the client may be
 * @param clientNames what the client may call itself
 * @param desktops names of the portal's desktops that the connection may be for
 * @param hours when
 * @param until when it ends for good
 * @param atHoursEnd what becomes of channels that are open when the hours end, or when it ends for good
 */
public record Conditions(
        Map<String, Set<String>> claims,
        boolean multiFactor,
        List<Cidr> sources,
        List<ClientNamePattern> clientNames,
        Set<String> desktops,
        Optional<Hours> hours,
        Optional<Instant> until,
        AtHoursEnd atHoursEnd) {
    /** Always met. */
    public static final Conditions NONE =
            new Conditions(Map.of(), false, List.of(), List.of(), Set.of(), Optional.empty(), AtHoursEnd.DISCONNECT);

    /** Conditions of a rule that stays. */
    public Conditions(
            Map<String, Set<String>> claims,
            boolean multiFactor,
            List<Cidr> sources,
            List<ClientNamePattern> clientNames,
            Set<String> desktops,
            Optional<Hours> hours,
            AtHoursEnd atHoursEnd) {
        this(claims, multiFactor, sources, clientNames, desktops, hours, Optional.empty(), atHoursEnd);
    }

    /** Met until then, with a second factor if {@code multiFactor}. */
    public static Conditions until(Instant end, AtHoursEnd atEnd, boolean multiFactor) {
        return new Conditions(
                Map.of(), multiFactor, List.of(), List.of(), Set.of(), Optional.empty(), Optional.of(end), atEnd);
    }

    public Conditions {
        claims = Map.copyOf(claims);
        sources = List.copyOf(sources);
        clientNames = List.copyOf(clientNames);
        desktops = Set.copyOf(desktops);
    }

    /** The conditions that are not met. What may not be known yet comes last. */
    Stream<Mismatch> mismatches(Requester requester) {
        return Stream.<Supplier<Optional<Mismatch>>>of(
                        () -> claims(requester.identity()),
                        () -> factors(requester.identity()),
                        () -> source(requester),
                        () -> desktop(requester),
                        () -> hours(requester),
                        () -> until(requester),
                        () -> clientName(requester))
                .map(Supplier::get)
                .flatMap(Optional::stream);
    }

    private Optional<Mismatch> factors(Identity identity) {
        return multiFactor && !identity.proofs().contains(Identity.Proof.MULTI_FACTOR)
                ? Optional.of(new Mismatch.NoMultiFactor())
                : Optional.empty();
    }

    private Optional<Mismatch> claims(Identity identity) {
        for (Map.Entry<String, Set<String>> claim : new TreeMap<>(claims).entrySet()) {
            Set<String> found = identity.claims().getOrDefault(claim.getKey(), Set.of());
            if (claim.getValue().stream().noneMatch(found::contains)) {
                return Optional.of(new Mismatch.OtherClaim(claim.getKey(), claim.getValue(), found));
            }
        }
        return Optional.empty();
    }

    private Optional<Mismatch> source(Requester requester) {
        boolean met = sources.isEmpty()
                || requester
                        .address()
                        .filter(address -> sources.stream().anyMatch(source -> source.contains(address)))
                        .isPresent();
        return met ? Optional.empty() : Optional.of(new Mismatch.OtherSource(requester.address()));
    }

    private Optional<Mismatch> desktop(Requester requester) {
        boolean met = desktops.isEmpty()
                || requester.desktop().filter(desktops::contains).isPresent();
        return met ? Optional.empty() : Optional.of(new Mismatch.OtherDesktop(requester.desktop()));
    }

    private Optional<Mismatch> hours(Requester requester) {
        return hours.filter(times -> !times.contains(requester.at())
                        && !(atHoursEnd == AtHoursEnd.CONTINUE
                                && requester.openedAt().filter(times::contains).isPresent()))
                .map(times -> new Mismatch.OutsideHours(requester.at(), times.zone()));
    }

    private Optional<Mismatch> until(Requester requester) {
        return until.filter(end -> !requester.at().isBefore(end)
                        && !(atHoursEnd == AtHoursEnd.CONTINUE
                                && requester.openedAt().filter(end::isAfter).isPresent()))
                .map(Mismatch.Ended::new);
    }

    /** When the answer that the time gives changes next, after {@code at}; empty when it never does. */
    Optional<Instant> nextChange(Instant at) {
        return Stream.concat(hours.flatMap(times -> times.nextChange(at)).stream(), until.filter(at::isBefore).stream())
                .min(Instant::compareTo);
    }

    private Optional<Mismatch> clientName(Requester requester) {
        boolean met = clientNames.isEmpty()
                || requester
                        .clientName()
                        .filter(name -> clientNames.stream().anyMatch(pattern -> pattern.matches(name)))
                        .isPresent();
        return met ? Optional.empty() : Optional.of(new Mismatch.OtherClientName(requester.clientName()));
    }
}
