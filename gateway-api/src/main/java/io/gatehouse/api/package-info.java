/**
 * What somebody who writes a sign-in provider sees.
 *
 * <p>A provider is found by {@link java.util.ServiceLoader} as an {@link io.gatehouse.api.AuthProviderFactory},
 * switched on by a table {@code [auth.<name>]} of the configuration file and asked for its
 * {@link io.gatehouse.api.Mechanism}s. This package depends on the JDK and the jspecify annotations only.
 */
@NullMarked
package io.gatehouse.api;

import org.jspecify.annotations.NullMarked;
