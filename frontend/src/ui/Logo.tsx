/** The octopus: a head with two eyes and the arms of a flow beneath it. */

export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <path
        fill="currentColor"
        d="M16 3c-5.5 0-9.5 3.9-9.5 9 0 3 1.300 5 2.700 6.600h13.600c1.400-1.600 2.700-3.600 2.700-6.600 0-5.100-4-9-9.500-9z"
      />
      <path
        fill="none"
        stroke="currentColor"
        strokeWidth="2.600"
        strokeLinecap="round"
        d="M10.500 17.500c0 4-1.500 6.500-5.500 6.500M13.900 18v5.500c0 2.500-1.300 4-3.400 4.500M18.100 18v5.500c0 2.500 1.300 4 3.400 4.500M21.500 17.500c0 4 1.500 6.500 5.500 6.500"
      />
      <g fill="var(--o-paper)">
        <circle cx="12.600" cy="12.500" r="1.900" />
        <circle cx="19.400" cy="12.500" r="1.900" />
      </g>
    </svg>
  );
}
