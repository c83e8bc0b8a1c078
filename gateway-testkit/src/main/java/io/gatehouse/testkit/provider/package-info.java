/** The tests that every sign-in provider must pass. */
@NullMarked
package io.gatehouse.testkit.provider;

import org.jspecify.annotations.NullMarked;
