package io.gatehouse.client;

import io.gatehouse.api.ChannelBinding;

/** The channel binding that an NTLM sign-in names. */
public sealed interface BindingChoice {
    /** The binding of the certificate that the gateway showed; none without TLS. */
    record OfConnection() implements BindingChoice {}

    /** Sends no channel binding, as old clients do. */
    record None() implements BindingChoice {}

    /** This binding, right or wrong. */
    record Fixed(ChannelBinding binding) implements BindingChoice {}
}
