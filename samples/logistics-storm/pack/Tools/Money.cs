namespace LogisticsStorm.Tools;

/// <summary>Prices in USD, exact to the cent.</summary>
internal static class Money
{
    /// <summary>Freight by tariff: US cents for a tonne × tonnes ÷ 100.</summary>
    public static decimal Freight(int centsPerTonne, int tonnes) => (decimal)centsPerTonne * tonnes / 100m;
}
