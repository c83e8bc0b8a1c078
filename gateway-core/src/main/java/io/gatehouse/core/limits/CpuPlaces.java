package io.gatehouse.core.limits;

import io.gatehouse.api.CpuWork;
import io.gatehouse.core.net.Source;

/** Gives clients their share of the threads that compute. */
@FunctionalInterface
public interface CpuPlaces {
    /** Where computations for {@code source} run. */
    CpuWork of(Source source, Rank rank);
}
