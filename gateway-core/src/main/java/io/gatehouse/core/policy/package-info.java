/** Who may reach which target: rules in order, first match wins, no match denies. */
@NullMarked
package io.gatehouse.core.policy;

import org.jspecify.annotations.NullMarked;
